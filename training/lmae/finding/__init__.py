"""Which labels of a data set are wrong, and what should stand there."""
