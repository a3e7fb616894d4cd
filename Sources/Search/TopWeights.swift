// The greatest of many weights, as far as their least is wanted.

/// The least of the greatest numbers offered.
struct TopWeights {
    private let limit: Int
    private var heap: [Float] = []

    init(limit: Int) { self.limit = limit }

    var least: Float { heap.count < limit ? 0 : heap[0] }

    mutating func offer(_ weight: Float) {
        if heap.count < limit {
            heap.append(weight)
            var child = heap.count - 1
            while child > 0, heap[(child - 1) / 2] > heap[child] {
                heap.swapAt(child, (child - 1) / 2)
                child = (child - 1) / 2
            }
        } else if weight > heap[0] {
            heap[0] = weight
            var parent = 0
            while 2 * parent + 1 < limit {
                var child = 2 * parent + 1
                if child + 1 < limit, heap[child + 1] < heap[child] { child += 1 }
                if heap[parent] <= heap[child] { break }
                heap.swapAt(parent, child)
                parent = child
            }
        }
    }
}
