// Why two records got their verdict, in one sentence that names what it rests on.

import Records

package enum VerdictReason {
    package static func sentence(_ verdict: Verdict, _ evidence: Evidence, isLater: Bool, in language: Language) -> String {
        language == .chinese ? chinese(verdict, evidence, isLater) : english(verdict, evidence, isLater)
    }

    // MARK: Chinese

    private static func chinese(_ verdict: Verdict, _ e: Evidence, _ isLater: Bool) -> String {
        var grounds: [String] = []
        if e.sharesUpstreamNumber { grounds.append("上级编号相同") }
        if e.appealNamesOther { grounds.append("写明对该件申诉") }
        if e.citesNumber { grounds.append("引用了对方编号") }
        if e.isSameText {
            grounds.append("内容逐字相同")
        } else if e.overlap.containment >= 0.3 {
            grounds.append("较短一件有 \(Int((e.overlap.containment * 100).rounded()))% 见于另一件")
        } else if verdict != .sameRespondent, verdict != .sameFiling, e.likeness >= 0.2 {
            grounds.append("所述内容相近")
        }
        switch e.persons {
        case .same(let match): grounds.append(chinese(match))
        case .different: grounds.append("投诉人不同")
        case .unknown: break
        }
        switch e.respondent {
        case .creditCode: grounds.append("被投诉人统一社会信用代码相同")
        case .name: grounds.append("被投诉人相同")
        case .parent: grounds.append("被投诉人为上下级或分支")
        case .inText: grounds.append("文中提到对方的被投诉人")
        case nil: break
        }
        if e.sharesTopic {
            grounds.append("类别相同")
        } else if e.topicsDiffer {
            grounds.append("类别不同")
        }
        if !e.sharedNumbers.isEmpty { grounds.append("文中号码相同") }
        if e.sharesPlace { grounds.append("地点相同") } else if e.sharesNamedPlace { grounds.append("文中地点和细节相同") }
        let days = e.daysBetween == 0 ? "同日" : isLater ? "晚 \(e.daysBetween) 天" : "相隔 \(e.daysBetween) 天"
        let what =
            switch verdict {
            case .sameFiling: "同一件"
            case .sameText: "同文"
            case .repeatComplaint: "同一人就同一事项再次反映（重复）"
            case .sameMatter:
                e.persons == .unknown ? "就同一事项另有反映（是否同一人不明，关联）" : "不同人反映同一事项（关联，集体的候选）"
            case .sameRespondent: "同一被投诉人的另一事项"
            case .appeal: "对先前事项的申诉或复查，不计重复"
            }
        return "\(what)：\(grounds.joined(separator: "，"))\(grounds.isEmpty ? "" : "，")\(days)。"
    }

    private static func chinese(_ match: PersonMatch) -> String {
        switch match {
        case .idNo: "证件号码相同"
        case .phone: "电话相同"
        case .nameAndAddress: "姓名和住址相同"
        case .name: "姓名相同而联系方式不同（请核实）"
        }
    }

    // MARK: English

    private static func english(_ verdict: Verdict, _ e: Evidence, _ isLater: Bool) -> String {
        var grounds: [String] = []
        if e.sharesUpstreamNumber { grounds.append("same upstream number") }
        if e.appealNamesOther { grounds.append("says it appeals against it") }
        if e.citesNumber { grounds.append("one cites the other's number") }
        if e.isSameText {
            grounds.append("same text to the letter")
        } else if e.overlap.containment >= 0.3 {
            grounds.append("\(percent(e.overlap.containment)) of the shorter text stand in the other")
        } else if verdict != .sameRespondent, verdict != .sameFiling, e.likeness >= 0.2 {
            grounds.append("similar in content")
        }
        switch e.persons {
        case .same(.idNo): grounds.append("same identity number")
        case .same(.phone): grounds.append("same telephone")
        case .same(.nameAndAddress): grounds.append("same name and address")
        case .same(.name): grounds.append("same name, other contacts (make sure)")
        case .different: grounds.append("other complainant")
        case .unknown: break
        }
        switch e.respondent {
        case .creditCode: grounds.append("respondent of the same credit code")
        case .name: grounds.append("same respondent")
        case .parent: grounds.append("respondents are parent and part")
        case .inText: grounds.append("the text names the other's respondent")
        case nil: break
        }
        if e.sharesTopic {
            grounds.append("same category")
        } else if e.topicsDiffer {
            grounds.append("other category")
        }
        if !e.sharedNumbers.isEmpty { grounds.append("same numbers in the text") }
        if e.sharesPlace {
            grounds.append("same place")
        } else if e.sharesNamedPlace {
            grounds.append("same place and details in the texts")
        }
        grounds.append(e.daysBetween == 0 ? "same day" : isLater ? "\(e.daysBetween) days later" : "\(e.daysBetween) days apart")
        let what =
            switch verdict {
            case .sameFiling: "the same filing"
            case .sameText: "the same text"
            case .repeatComplaint: "the same person about the same matter again (repeat)"
            case .sameMatter:
                e.persons == .unknown
                    ? "the same matter, whether by the same person is not known (related)"
                    : "another person about the same matter (related, a candidate for a group)"
            case .sameRespondent: "the same respondent in another matter"
            case .appeal: "an appeal or review of an earlier matter, no repeat"
            }
        return "\(what): \(grounds.joined(separator: ", "))."
    }

    private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}
