package layer

// Spikes, and even more the errors of implicit differentiation, are mostly zeros. Arrays with few other
// numbers are walked, those with many are multiplied, zeros included; package dense gives the same bits
// either way.

// sparse reports whether it is faster to walk the numbers of x that are not zero, each of which then costs
// a sum over a run of neighbouring numbers of the given length. Shares are those where both ways took
// equally long on layers of 64 to 784 units and 16 to 64 channels in batches of 16 to 128 (AVX-512).
func sparse[F Real](x []F, run int) bool {
	share := density(x)
	switch {
	case run >= 128:
		return share <= 1.0/4
	case run >= 32:
		return share <= 1.0/8
	}
	return share <= 1.0/64
}

// density estimates the share of numbers other than zero from a thousand of them, evenly spread.
func density[F Real](x []F) float64 {
	const looked = 1024
	step := len(x)/looked | 1 // odd, so as not to fall in step with the width of a layer
	seen, count := 0, 0
	for i := 0; i < len(x); i += step {
		if x[i] != 0 {
			count++
		}
		seen++
	}
	return float64(count) / float64(max(seen, 1))
}
