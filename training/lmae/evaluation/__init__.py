"""How well hidden labels are rebuilt: the protocol's windows, scores, calibration, the paper's tables."""
