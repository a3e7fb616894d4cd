// Whether two records come from one person, by everything both say of who complains.
//
// The keyed hashes find records of one telephone or number; here two records are compared that were found in any way, with
// the key at hand. Who gave nothing that the other gave too is not known to be another person.

import Records
import Similarity

struct ComparedPersons: Sendable {
    private var idNumbers: Set<[UInt8]> = []
    private var phones: Set<[UInt8]> = []
    private var namesAndAddresses: Set<[UInt8]> = []
    private(set) var names: Set<[UInt8]> = []

    /// Nobody is named in a way that could be compared.
    var isEmpty: Bool { idNumbers.isEmpty && phones.isEmpty && namesAndAddresses.isEmpty && names.isEmpty }

    init() {}

    init(_ part: IdentityPart) {
        for term in part.terms where term.role == .complainant || term.role == .principal {
            switch term.kind {
            case .idNumber: idNumbers.insert(term.value)
            case .phone: phones.insert(term.value)
            case .nameAndAddress: namesAndAddresses.insert(term.value)
            case .name: names.insert(term.value)
            case .phoneLast4, .phoneLast8, .idNumberLast4: break
            }
        }
    }

    /// - Parameter sharesMatter: both are about one respondent and topic; then one name is likely one person.
    func compared(with other: ComparedPersons, sharesMatter: Bool) -> Persons {
        if !idNumbers.isDisjoint(with: other.idNumbers) { return .same(.idNo) }
        if !phones.isDisjoint(with: other.phones) { return .same(.phone) }
        if !namesAndAddresses.isDisjoint(with: other.namesAndAddresses) { return .same(.nameAndAddress) }
        if !idNumbers.isEmpty, !other.idNumbers.isEmpty { return .different }
        if !names.isEmpty, !other.names.isEmpty {
            if names.isDisjoint(with: other.names) { return .different }
            return sharesMatter ? .same(.name) : .unknown
        }
        return phones.isEmpty || other.phones.isEmpty ? .unknown : .different
    }
}
