// Names for where the record schema has a type of the same name, and this module one of its own.

/// The key of the identity store (`Records.IdentityKey` makes canonical forms).
package typealias SealingKey = IdentityKey

/// What `append` did with one record (`Records.Outcome` is 处理结果).
package typealias AppendOutcome = Outcome

package typealias RecordProblem = Problem
