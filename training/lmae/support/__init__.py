"""The data set's own labels as evidence: a classifier on the backbone's features of other labelled images."""
