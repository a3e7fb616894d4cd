// SearchTests
