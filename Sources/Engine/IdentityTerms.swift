// Which keyed hashes a record's identity part and the numbers in its text are found by.

import Archive
import Records
import TextAnalysis

extension IdentityPart {
    var terms: [IdentityTerm] {
        var terms: [IdentityTerm] = []
        for party in complainants { terms += Self.terms(of: party, role: .complainant) }
        if let agent { terms += Self.terms(of: agent, role: .agent) }
        if let principal { terms += Self.terms(of: principal, role: .principal) }
        // Unknown members that look like identity, such as a second telephone column.
        for cut in cuts {
            guard case .string(let text) = cut.value else { continue }
            if Records.IdentityKey.isResidentIdNumber(text) {
                terms += IdentityTerm.idNumber(text, role: .complainant)
            } else {
                for phone in Records.IdentityKey.phones(text) { terms += IdentityTerm.phone(phone, role: .complainant) }
            }
        }
        return terms
    }

    private static func terms(of party: Party, role: IdentityRole) -> [IdentityTerm] {
        var terms: [IdentityTerm] = []
        for phone in Records.IdentityKey.phones(party.phone ?? "") { terms += IdentityTerm.phone(phone, role: role) }
        if let number = party.idNo.flatMap(Records.IdentityKey.idNumber) {
            terms += IdentityTerm.idNumber(number, role: role)
        }
        if let name = party.name.flatMap(Records.IdentityKey.name) {
            terms += IdentityTerm.name(name, role: role)
            if let address = party.address { terms += IdentityTerm.name(name, address: address, role: role) }
        }
        return terms
    }
}

extension RecognizedNumber {
    /// Empty for numbers that name no person.
    var identityTerms: [IdentityTerm] {
        switch kind {
        case .mobilePhone, .landline: IdentityTerm.phone(canonical, role: .inText)
        case .identityNumber: IdentityTerm.idNumber(canonical, role: .inText)
        default: []
        }
    }
}

extension IdentityStore {
    /// Records found by what a person types after `phone:`, `idNo:` or `complainant:`.
    func recordNumbers(matching field: Field, _ value: String, upTo last: RecordSequence) throws -> [RecordNumber] {
        let terms: [IdentityTerm]
        switch field.name {
        case "phone": terms = Self.mostExact(IdentityTerm.phone(value, role: .complainant))
        case "idNo": terms = Self.mostExact(IdentityTerm.idNumber(value, role: .complainant))
        default: terms = IdentityTerm.name(Records.IdentityKey.name(value) ?? value, role: .complainant)
        }
        var found: Set<RecordNumber> = []
        for term in terms { found.formUnion(try recordNumbers(matching: term, upTo: last)) }
        return found.sorted()
    }

    /// A whole number is asked for whole, a tail by its tail. Eight digits may be either, and the tail finds both.
    private static func mostExact(_ terms: [IdentityTerm]) -> [IdentityTerm] {
        if terms.count > 1, terms[0].value == terms[1].value { return [terms[1]] }
        return terms.first.map { [$0] } ?? []
    }
}
