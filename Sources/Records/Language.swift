package enum Language: Sendable { case chinese, english }
