package nio

// SlopeGC and SlopeNorm are the derivatives of GC and of the mean norm along a change of the matrix.
func SlopeGC(g, d Gram) float64   { return target{objective: GC}.slope(g, d) * -1 }
func SlopeNorm(g, d Gram) float64 { return target{objective: meanNorm}.slope(g, d) }

// BuildGradients makes the adapters build the gradient of each sample, as for networks that are not dense.
func (a *OTTT[F]) BuildGradients()  { a.dense = nil }
func (a *SPIDE[F]) BuildGradients() { a.dense = false }

// Dense tells whether an adapter does without gradients.
func (a *OTTT[F]) Dense() bool  { return a.dense != nil }
func (a *SPIDE[F]) Dense() bool { return a.dense }

// GramForms returns both forms of the Gram matrix of Σ_t δ_i[t] ⊗ â_i[t], for errors and inputs of n × ticks ×
// size, and that of Σ_t δ_i[t].
func GramForms(n, ticks, in, out int, errors, inputs []float64) (pairs, rows, bias Gram) {
	f := newFactors(n, ticks, in, out)
	copy(f.errors, errors)
	copy(f.inputs, inputs)
	return f.byPairs(), f.byRows(), f.biasGram()
}

// Rescaler shows the optimiser of the factors.
type Rescaler struct{ *rescaler }

func NewRescaler(tensors []Tensor, o Options) Rescaler { return Rescaler{newRescaler(tensors, o)} }
func (r Rescaler) Step(constraint bool, slopes []float64) []float64 {
	b := objectiveBranch
	if constraint {
		b = constraintBranch
	}
	r.step(b, slopes)
	return r.alphas
}
