"""`/pro`: what a doctor, nurse, midwife or pharmacist opens before the visit."""
