package nio

import "math"

// Figures describes the gradients of several samples, or parts of a batch, by their lengths and angles.
type Figures struct {
	// GC is GradCosine: the mean cosine over ordered pairs i ≠ j. WithDiagonal is the mean over all pairs.
	GC, WithDiagonal float64
	// Norms are |g_i|, and MeanNorm their mean.
	Norms    []float64
	MeanNorm float64
	// Variance is the population variance of the gradients, summed over all parameters.
	Variance float64
}

// Measure works out the figures from inner products (nio.md §1). The cosine with a gradient of zero counts as
// 0. For a single gradient GC is 0: there is no pair.
func Measure(g Gram) Figures {
	n := float64(g.N)
	f := Figures{Norms: norms(g), MeanNorm: sumNorms(g) / n, Variance: variance(g)}
	off, diagonal := 0.0, 0.0
	for i := range g.N {
		for j := range g.N {
			if i == j {
				diagonal += cosine(g, f.Norms, i, j)
			} else {
				off += cosine(g, f.Norms, i, j)
			}
		}
	}
	if g.N > 1 {
		f.GC = off / (n*n - n)
	}
	f.WithDiagonal = (off + diagonal) / (n * n)
	return f
}

// norms returns √⟨g_i, g_i⟩.
func norms(g Gram) []float64 {
	list := make([]float64, g.N)
	for i := range list {
		list[i] = math.Sqrt(g.At(i, i))
	}
	return list
}

// cosine is ⟨g_i, g_j⟩ / (|g_i|·|g_j|).
func cosine(g Gram, norms []float64, i, j int) float64 {
	length := norms[i] * norms[j]
	if length == 0 {
		return 0
	}
	return g.At(i, j) / length
}

// Cosines returns the matrix of all cosines, row by row.
func Cosines(g Gram) []float64 {
	length := norms(g)
	list := make([]float64, len(g.V))
	for k := range list {
		list[k] = cosine(g, length, k/g.N, k%g.N)
	}
	return list
}

// variance is mean |g_i|² − |mean g|², linear in the matrix.
func variance(g Gram) float64 {
	n := float64(g.N)
	return trace(g)/n - g.mean(Part{0, g.N}, Part{0, g.N})
}

// trace is Σ |g_i|².
func trace(g Gram) float64 {
	sum := 0.0
	for i := range g.N {
		sum += g.At(i, i)
	}
	return sum
}

// The slopes below are derivatives of the figures of a matrix g along a direction d, the derivative of the
// matrix itself.

// slopeGC: with cosines c,  ċ_ij = d_ij/(|g_i|·|g_j|) − c_ij·(d_ii/|g_i|² + d_jj/|g_j|²)/2.
func slopeGC(g, d Gram) float64 {
	length := norms(g)
	sum := 0.0
	for i := range g.N {
		for j := range g.N {
			if i == j || length[i] == 0 || length[j] == 0 {
				continue
			}
			shrink := d.At(i, i)/g.At(i, i) + d.At(j, j)/g.At(j, j)
			sum += d.At(i, j)/(length[i]*length[j]) - float64(cosine(g, length, i, j)*shrink)/2
		}
	}
	if g.N < 2 {
		return 0
	}
	n := float64(g.N)
	return sum / (n*n - n)
}

// slopeNorms is the derivative of Σ |g_i|, Σ d_ii/(2·|g_i|).
func slopeNorms(g, d Gram) float64 {
	sum := 0.0
	for i := range g.N {
		if length := math.Sqrt(g.At(i, i)); length > 0 {
			sum += d.At(i, i) / (2 * length)
		}
	}
	return sum
}
