package certify

// The piece v_y, for y > 0, is continuously differentiable with its minimum v_y(0) = 0 and a flat spot
// at y, where the derivative is zero though the value is (31/64)·y²:
//
//	v_y(x)  = x²/2                              x ≤ 31y/32
//	        = x²/2 - 16·(x - 31y/32)²           31y/32 < x ≤ y
//	        = x²/2 - y²/32 + 16·(x - 33y/32)²   y < x ≤ 33y/32
//	        = x²/2 - y²/32                      33y/32 < x
//
// Its second derivative is 1, -31, 33 and 1 on the four parts.

// flatShare is v_y(y)/y².
const flatShare = 31.0 / 64

// piece is v_y(x).
func piece(y, x float64) float64 {
	half := float64(x*x) / 2
	switch lower, upper := 31*y/32, 33*y/32; {
	case x <= lower:
		return half
	case x <= y:
		return half - float64(16*square(x-lower))
	case x <= upper:
		return half - float64(y*y)/32 + float64(16*square(x-upper))
	default:
		return half - float64(y*y)/32
	}
}

// pieceSlope is the derivative of v_y. The middle slopes are written so that the derivative is zero at
// x = y exactly, whatever y is; the equal form x - 32·(x - 31y/32) leaves a rounding error there, which
// would break the zero chain.
func pieceSlope(y, x float64) float64 {
	switch {
	case x <= 31*y/32:
		return x
	case x <= y:
		return 31 * (y - x)
	case x <= 33*y/32:
		return 33 * (x - y)
	default:
		return x
	}
}

func square(x float64) float64 { return float64(x * x) }
