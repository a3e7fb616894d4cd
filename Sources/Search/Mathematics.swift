#if canImport(Glibc)
    import Glibc
#endif

func naturalLogarithm(_ x: Float) -> Float { logf(x) }

func exponential(_ x: Float) -> Float { expf(x) }
