"""What to say to the patient and to the practitioner. Pure."""
