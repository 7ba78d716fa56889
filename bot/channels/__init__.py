"""One file or folder a channel; each only translates."""
