package nio

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Options are the hyper-parameters of NIO. NewOptions gives those of the released run; the zero value is not
// valid.
type Options struct {
	// Parts is the number D of overlapping parts into which a batch is cut. 0 compares single samples, which
	// costs nothing more here.
	Parts   int
	Overlap float64 // r, in [0, 1)
	Windows Windows
	// NormLimit is γ: in an iteration with a larger mean norm, that norm is lowered in place of the objective.
	NormLimit  float64
	Objective  Objective
	NormWeight float64 // c, the weight of the norm term
	Rate       float64 // learning rate of the factors
	Iterations int
	Floor      float64 // the smallest factor of weights and gains; that of biases is 0
	Clip       float64 // derivatives by α are cut off at ±Clip
	// Derivative is how derivatives by α are found. Nil means Analytic where the network is Differentiable,
	// else NewCentral.
	Derivative Derivative
}

// NewOptions returns the choices of the released run (nio.md §3): D = 4, r = 0.2, γ = 10, 100 iterations at a
// rate of 0.003 on −GC − Σ|g|.
func NewOptions() Options {
	return Options{
		Parts: 4, Overlap: 0.2, NormLimit: 10, Objective: GCNormRoot, NormWeight: 1,
		Rate: 0.003, Iterations: 100, Floor: 0.01, Clip: 1,
	}
}

// Validate reports everything that is out of range, or nil.
func (o Options) Validate() error {
	var list []error
	check := func(ok bool, format string, value any) {
		if !ok {
			list = append(list, fmt.Errorf("nio: "+format, value))
		}
	}
	check(o.Parts == 0 || o.Parts >= 2, "the number of parts must be at least 2, or 0 for single samples (%d)", o.Parts)
	check(o.Overlap >= 0 && o.Overlap < 1, "the overlap of parts must be in [0, 1) (%g)", o.Overlap)
	check(o.Windows == ReferenceWindows || o.Windows == SymmetricWindows, "unknown rule of parts (%d)", int(o.Windows))
	check(o.NormLimit > 0, "the limit of the gradient norm must be above 0 (%g)", o.NormLimit)
	check(o.NormWeight >= 0 && !math.IsInf(o.NormWeight, 0), "the weight of the norm term must be at least 0 (%g)", o.NormWeight)
	check(o.Rate > 0 && !math.IsInf(o.Rate, 0), "the rate must be above 0 (%g)", o.Rate)
	check(o.Iterations >= 0, "the number of iterations must be at least 0 (%d)", o.Iterations)
	check(o.Floor > 0 && o.Floor <= 1, "the smallest factor must be in (0, 1] (%g)", o.Floor)
	check(o.Clip > 0, "the limit of derivatives must be above 0 (%g)", o.Clip)
	list = append(list, o.Objective.validate())
	if o.Derivative != nil {
		list = append(list, o.Derivative.validate())
	}
	return errors.Join(list...)
}

// Init scales the parameters of a network by NIO (nio.md §3). Each iteration takes a batch from the sampler,
// looks at the gradients of its parts, and moves the factors of all tensors one step down the objective, or
// down the mean norm if that is above the limit. The network is left with the last factors, and after an error
// with factors of 1.
func Init(net Net, next Sampler, o Options) (Report, error) {
	if err := o.Validate(); err != nil {
		return Report{}, err
	}
	tensors := net.Tensors()
	if len(tensors) == 0 {
		return Report{}, errors.New("nio: the network has no parameters")
	}
	if o.Derivative == nil {
		o.Derivative = NewCentral()
		if _, ok := net.(Differentiable); ok {
			o.Derivative = Analytic{}
		}
	}
	run := run{net: net, next: next, options: o, rescaler: newRescaler(tensors, o), report: Report{Tensors: tensors, Objective: o.Objective, Limit: o.NormLimit}}
	if err := run.all(); err != nil {
		return Report{}, errors.Join(err, net.Rescale(ones(len(tensors))))
	}
	return run.report, nil
}

// run is a run of NIO under way.
type run struct {
	net      Net
	next     Sampler
	options  Options
	rescaler *rescaler
	report   Report
}

func (r *run) all() error {
	if err := r.net.Rescale(r.rescaler.alphas); err != nil {
		return err
	}
	for i := range r.options.Iterations {
		if err := r.iterate(i); err != nil {
			return fmt.Errorf("%w (iteration %d)", err, i)
		}
	}
	last := max(r.options.Iterations-1, 0)
	p, err := r.look(last)
	if err != nil {
		return fmt.Errorf("%w (after the last iteration)", err)
	}
	r.report.After = Measure(p.blocks)
	r.report.Alphas = slices.Clone(r.rescaler.alphas)
	return nil
}

// look takes the batch of an iteration and measures it at the present factors.
func (r *run) look(iteration int) (*point, error) {
	b, err := r.next(iteration)
	if err != nil {
		return nil, fmt.Errorf("nio: no batch: %w", err)
	}
	parts := r.options.Parts
	if parts == 0 {
		parts = len(b.Labels)
	}
	if parts < 2 {
		return nil, fmt.Errorf("nio: a batch of %d samples, want at least 2 to compare", len(b.Labels))
	}
	overlap := r.options.Overlap
	if r.options.Parts == 0 {
		overlap = 0 // single samples have none
	}
	list, err := Chunks(r.options.Windows, len(b.Labels), parts, overlap)
	if err != nil {
		return nil, err
	}
	p := &point{net: r.net, batch: b, parts: list, alphas: r.rescaler.alphas, skip: r.rescaler.skip, iteration: iteration}
	p.blocks, err = p.measure()
	return p, err
}

// iterate is one iteration: measure, choose the branch, differentiate, step.
func (r *run) iterate(i int) error {
	p, err := r.look(i)
	if err != nil {
		return err
	}
	figures := Measure(p.blocks)
	by := objectiveBranch
	p.target = target{r.options.Objective, r.options.NormWeight}
	if figures.MeanNorm > r.options.NormLimit {
		by, p.target = constraintBranch, target{objective: meanNorm}
	}
	slopes, err := r.options.Derivative.slopes(p)
	if err != nil {
		return err
	}
	for l, g := range slopes {
		if math.IsNaN(g) {
			return fmt.Errorf("nio: the derivative by the factor of %q is %g", r.report.Tensors[l].Name, g)
		}
		slopes[l] = min(max(g, -r.options.Clip), r.options.Clip)
	}
	r.rescaler.step(by, slopes)
	if err := r.net.Rescale(r.rescaler.alphas); err != nil {
		return err
	}
	r.report.Iterations = append(r.report.Iterations, Iteration{
		Figures: figures, Constraint: by == constraintBranch, Objective: p.target.value(p.blocks), Slopes: slopes,
		Alphas: slices.Clone(r.rescaler.alphas),
	})
	return nil
}

// ones returns the factors that change nothing.
func ones(n int) []float64 {
	list := make([]float64, n)
	for i := range list {
		list[i] = 1
	}
	return list
}
