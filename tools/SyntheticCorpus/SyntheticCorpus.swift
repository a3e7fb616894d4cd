// SyntheticCorpus
