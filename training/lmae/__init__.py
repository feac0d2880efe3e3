"""L-MAE: commands at the top; their libraries in model, data, evaluation, finding and training."""
