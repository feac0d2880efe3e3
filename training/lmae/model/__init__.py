"""The network: config, slots, nearest-label prior, the masked autoencoder, and its weights on disk."""
