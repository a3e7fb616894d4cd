/// How long a test may take before it counts as one that never ends.
package enum Patience {
    /// The clock of Swift Testing's time limit runs from the moment a test is announced, and on few processors most of a whole bundle is
    /// announced at once and then waits for its turn: a limit that is shorter than the bundle takes fails tests that have not begun.
    package static let minutes = 30
}
