// The two languages in which notices speak to the person at the terminal.

package enum Language: Sendable { case chinese, english }
