// What takes minutes gives way to people who wait for an answer.

import Index

package enum PatientWork {
    /// From here on the calling thread, and those that it works with, give way to others of this machine; for good.
    package static func begin() { Patience.begin() }
}
