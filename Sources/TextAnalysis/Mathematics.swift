// What counting words needs of the C library.

import Glibc

func binaryLogarithm(_ x: Double) -> Double { log2(x) }
func power(_ x: Double, _ exponent: Double) -> Double { pow(x, exponent) }
func squareRoot(_ x: Double) -> Double { x.squareRoot() }
