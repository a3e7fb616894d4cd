// The best `limit` of many, without sorting them all.

struct TopList<Element> {
    let limit: Int
    private let isBetter: (Element, Element) -> Bool
    /// A heap whose root is the least good.
    private var heap: [Element] = []

    init(limit: Int, isBetter: @escaping (Element, Element) -> Bool) {
        self.limit = limit
        self.isBetter = isBetter
    }

    var isFull: Bool { heap.count >= limit }
    var least: Element? { heap.first }
    var sorted: [Element] { heap.sorted(by: isBetter) }

    mutating func insert(_ element: Element) {
        guard limit > 0 else { return }
        if heap.count < limit {
            heap.append(element)
            var child = heap.count - 1
            while child > 0, isBetter(heap[(child - 1) / 2], heap[child]) {
                heap.swapAt(child, (child - 1) / 2)
                child = (child - 1) / 2
            }
        } else if isBetter(element, heap[0]) {
            heap[0] = element
            var parent = 0
            while true {
                var worst = parent
                for child in [2 * parent + 1, 2 * parent + 2]
                where child < heap.count && isBetter(heap[worst], heap[child]) { worst = child }
                if worst == parent { break }
                heap.swapAt(parent, worst)
                parent = worst
            }
        }
    }
}
