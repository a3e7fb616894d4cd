// How likely a count is: the negative binomial with mean μ and variance φ·μ, which is the Poisson for φ = 1.
//
// With the variance proportional to the mean, counts of several weeks with one φ add up to a count of the same family:
// so a window of any length is judged exactly, not by a normal approximation. Source of the form: Noufaily et al., "An
// improved algorithm for outbreak detection in multiple surveillance systems", Statistics in Medicine 2013.

import Glibc

package struct NegativeBinomial: Sendable {
    /// Above 0.
    package let mean: Double
    /// Variance over mean, at least 1.
    package let dispersion: Double

    package init(mean: Double, dispersion: Double) {
        self.mean = max(mean, 1e-9)
        self.dispersion = max(dispersion, 1)
    }

    private var isPoisson: Bool { dispersion < 1.0005 }

    /// Natural logarithm of the probability of exactly `count`.
    package func logProbability(_ count: Int) -> Double {
        let x = Double(count)
        if isPoisson { return x * log(mean) - mean - logGamma(x + 1) }
        let size = mean / (dispersion - 1)
        return logGamma(x + size) - logGamma(size) - logGamma(x + 1) - size * log(dispersion)
            + x * log((dispersion - 1) / dispersion)
    }

    /// P(X ≥ count).
    ///
    /// - Complexity: the terms from `count` on until they no longer matter, or those below it if these are fewer.
    package func upperTail(_ count: Int) -> Double {
        guard count > 0 else { return 1 }
        let ratio = isPoisson ? 0 : (dispersion - 1) / dispersion
        let size = isPoisson ? 0 : mean / (dispersion - 1)
        if Double(count) > mean {
            // Term n + 1 over term n: (n + size)/(n + 1) · ratio, or mean/(n + 1) for the Poisson. They fall from here on.
            var term = exp(logProbability(count))
            if term < 1e-290 { return farTail(count) }
            var sum = 0.0
            var n = Double(count)
            while term > sum * 1e-12 {
                sum += term
                term *= isPoisson ? mean / (n + 1) : (n + size) / (n + 1) * ratio
                n += 1
            }
            return min(sum, 1)
        }
        var term = exp(logProbability(count - 1))
        var below = 0.0
        var n = Double(count - 1)
        while n >= 0, term > below * 1e-14 {
            below += term
            term *= isPoisson ? n / mean : n / ((n - 1 + size) * ratio)
            n -= 1
        }
        return max(0, min(1, 1 - below))
    }

    /// Where single terms are below what a Double holds: the logarithm of the first stands for all.
    private func farTail(_ count: Int) -> Double { max(exp(logProbability(count)), 1e-300) }

    /// P(X > count) + ½ P(X = count): half of the step counts, so that discreteness pushes neither up nor down.
    package func middleTail(_ count: Int) -> Double {
        max(0, upperTail(count) - 0.5 * exp(logProbability(count)))
    }

    /// The least count with P(X > count) ≤ `alpha`: the bound that is shown to people.
    package func upperBound(_ alpha: Double) -> Int {
        // From a normal guess to both sides.
        var low = 0
        var high = Int(mean + 4 * sqrt(mean * dispersion) + 8)
        while upperTail(high + 1) > alpha { high *= 2 }
        while low < high {
            let middle = (low + high) / 2
            if upperTail(middle + 1) <= alpha { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

func logGamma(_ x: Double) -> Double {
    var sign: Int32 = 0
    // Holds: the sign goes into a variable of this call; `lgamma` itself would write a global one.
    return unsafe lgamma_r(x, &sign)
}

package enum Normal {
    /// P(Z ≥ z).
    package static func upperTail(_ z: Double) -> Double { 0.5 * erfc(z / 2.squareRoot()) }

    /// The z with P(Z ≥ z) = `tail`. Source: P. J. Acklam's rational approximation, one step of Newton behind it.
    package static func quantile(upperTail tail: Double) -> Double {
        let p = min(max(tail, 1e-300), 1 - 1e-16)
        func far(_ q: Double) -> Double {
            let c = [-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783]
            let d = [7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996, 3.754408661907416]
            let s = sqrt(-2 * log(q))
            let above = ((((c[0] * s + c[1]) * s + c[2]) * s + c[3]) * s + c[4]) * s + c[5]
            return -above / ((((d[0] * s + d[1]) * s + d[2]) * s + d[3]) * s + 1)
        }
        var z: Double
        if p < 0.02425 {
            z = far(p)
        } else if p > 1 - 0.02425 {
            z = -far(1 - p)
        } else {
            let a = [-3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02, 1.383577518672690e+02, -3.066479806614716e+01, 2.506628277459239]
            let b = [-5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01, -1.328068155288572e+01]
            let q = 0.5 - p
            let r = q * q
            let above = ((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]
            z = above * q / (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1)
        }
        let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
        if density > 1e-200 { z += (upperTail(z) - p) / density }
        return z
    }
}
