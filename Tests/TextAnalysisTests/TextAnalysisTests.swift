// TextAnalysisTests
