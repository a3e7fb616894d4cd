// The languages in which a person is told what happened.

package enum Language: Sendable { case chinese, english }
