package nio

import "couplet/learning/layer"

// factors holds the two factors of the gradients of a dense projection, g_i = Σ_t δ_i[t] ⊗ â_i[t] for samples
// i: the errors at its targets and what its sources contribute, tick by tick.
type factors struct {
	n, ticks, in, out int
	errors            []float64 // δ: n × ticks × out
	inputs            []float64 // â: n × ticks × in
}

func newFactors(n, ticks, in, out int) *factors {
	return &factors{n: n, ticks: ticks, in: in, out: out, errors: make([]float64, n*ticks*out), inputs: make([]float64, n*ticks*in)}
}

// record takes the factors of a tick, n × out and n × in, each times its scale. Errors of a tick that has been
// recorded before are added: where the sources do not change over ticks, one tick stands for all.
func record[F layer.Real](f *factors, tick int, errors, inputs []F, scale float64) {
	for i := range f.n {
		to := f.errors[(i*f.ticks+tick)*f.out:][:f.out]
		for o, v := range errors[i*f.out:][:f.out] {
			to[o] += float64(scale * float64(v))
		}
		into := f.inputs[(i*f.ticks+tick)*f.in:][:f.in]
		for o, v := range inputs[i*f.in:][:f.in] {
			into[o] = float64(v)
		}
	}
}

func (f *factors) error(sample, tick int) []float64 {
	return f.errors[(sample*f.ticks+tick)*f.out:][:f.out]
}

func (f *factors) input(sample, tick int) []float64 {
	return f.inputs[(sample*f.ticks+tick)*f.in:][:f.in]
}

// weightGram is the Gram matrix of the weight, in the form that takes fewer multiplications.
func (f *factors) weightGram() Gram {
	pairs := f.n * (f.n + 1) / 2
	if pairs*f.ticks*f.ticks*(f.in+f.out) <= (pairs+f.n*f.ticks)*f.in*f.out {
		return f.byPairs()
	}
	return f.byRows()
}

// byPairs never builds a gradient (nio.md §5): ⟨g_i, g_j⟩ = Σ_{t,t'} ⟨δ_i[t], δ_j[t']⟩·⟨â_i[t], â_j[t']⟩.
func (f *factors) byPairs() Gram {
	g := NewGram(f.n)
	for i := range f.n {
		for j := range i + 1 {
			sum := 0.0
			for t := range f.ticks {
				for s := range f.ticks {
					if e := dot(f.error(i, t), f.error(j, s)); e != 0 {
						sum += float64(e * dot(f.input(i, t), f.input(j, s)))
					}
				}
			}
			g.add(i, j, sum)
		}
	}
	return g
}

// byRows builds one row of all gradients at a time, that of the weights to one target.
func (f *factors) byRows() Gram {
	g := NewGram(f.n)
	rows := make([]float64, f.n*f.in)
	for o := range f.out {
		clear(rows)
		for i := range f.n {
			row := rows[i*f.in:][:f.in]
			for t := range f.ticks {
				if e := f.error(i, t)[o]; e != 0 {
					for k, v := range f.input(i, t) {
						row[k] += float64(e * v)
					}
				}
			}
		}
		for k, v := range gramOf(rows, f.n).V {
			g.V[k] += v
		}
	}
	return g
}

// biasGram is the Gram matrix of the bias, whose gradient is Σ_t δ_i[t].
func (f *factors) biasGram() Gram {
	sums := make([]float64, f.n*f.out)
	for i := range f.n {
		for t := range f.ticks {
			for o, v := range f.error(i, t) {
				sums[i*f.out+o] += v
			}
		}
	}
	return gramOf(sums, f.n)
}
