package train

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"couplet/internal/dataset"
	"couplet/internal/dense"
	"couplet/learning/nio"
	"couplet/learning/optim"
)

// Session is a training run: a network, its data, and the place in training that it has come to.
// It is for one goroutine.
type Session struct {
	config  Config
	data    *Parts
	learner learner
	batches *dataset.Batches
	x       []float32
	labels  []int

	epoch, step int // the mini-batch that comes next
	running     Tally
	log         []Epoch
	initial     *nio.Report
}

// Tally sums up the mini-batches of an epoch so far.
type Tally struct {
	Samples, Correct int64
	Loss             float64 // sum over the samples
	Seconds          float64 // of wall-clock time
	Work             Work
}

// Mean is the mean loss of a sample, and Accuracy the part of samples that were predicted rightly while
// the weights were changing.
func (t Tally) Mean() float64     { return t.Loss / float64(max(t.Samples, 1)) }
func (t Tally) Accuracy() float64 { return float64(t.Correct) / float64(max(t.Samples, 1)) }

// Epoch is what the log says about an epoch.
type Epoch struct {
	Epoch int // from 1
	// LearningRate is the factor of the schedule at the end.
	Factor float64
	Train  Tally
	// Validation and Test are nil where there was no such measurement.
	Validation, Test *Score
}

// Score is how well a part of the data is classified.
type Score struct {
	Samples int
	Correct int
}

// Accuracy is the part of samples that were predicted rightly.
func (s Score) Accuracy() float64 { return float64(s.Correct) / float64(max(s.Samples, 1)) }

// New prepares a training run on data that was opened by [Data.Open]. The workers of the pool share the
// parts of a mini-batch; their number changes no result, and a nil pool is the calling goroutine alone.
func New(c Config, data *Parts, pool *dense.Pool) (*Session, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if n := data.Train.Len(); c.Batch > n {
		return nil, fmt.Errorf("train: batch: %d samples, but there are only %d to learn from; want at most that", c.Batch, n)
	}
	s := &Session{config: c, data: data}
	var err error
	s.batches, err = dataset.NewBatches(data.Train, dataset.BatchOptions{
		Size: c.Batch, Shuffle: true, Random: dataset.Random{Seed: c.Seed}, Augment: c.Data.Augment, Normalise: data.Normalise,
	})
	if err != nil {
		return nil, err
	}
	s.x, s.labels = s.batches.Buffers()
	if s.learner, err = newLearner(c, data.Train, pool); err != nil {
		return nil, err
	}
	if c.Initial == nil {
		return s, nil
	}
	params, report, err := c.refine(data)
	if err != nil {
		return nil, err
	}
	s.initial = &report
	return s, s.learner.restore(params, nil)
}

// Initial tells what NIO did to the initial weights; nil if the run does without.
func (s *Session) Initial() *nio.Report { return s.initial }

// newLearner builds the network for the shape of the data, in the format and on the engine of the run.
func newLearner(c Config, data dataset.Dataset, pool *dense.Pool) (learner, error) {
	input, frames, err := c.shapeOf(data)
	if err != nil {
		return nil, err
	}
	classes := len(data.Classes())
	if c.Network.Ring != nil {
		ring := *c.Network.Ring
		ring.Input, ring.Classes = input, classes
		switch {
		case c.Engine == Event:
			return newSPIDEEventLearner(c, ring, frames, pool)
		case c.Precision == Float64:
			return newSPIDELearner[float64](c, ring, frames, pool)
		}
		return newSPIDELearner[float32](c, ring, frames, pool)
	}
	network, err := c.Network.describe(input, classes)
	if err != nil {
		return nil, err
	}
	switch {
	case c.Engine == Event:
		return newEventLearner(c, network, frames, pool)
	case c.Rule.BPTT != nil && c.Precision == Float64:
		return newBPTTLearner[float64](c, network, frames, pool)
	case c.Rule.BPTT != nil:
		return newBPTTLearner[float32](c, network, frames, pool)
	case c.Precision == Float64:
		return newOTTTLearner[float64](c, network, frames, pool)
	}
	return newOTTTLearner[float32](c, network, frames, pool)
}

// shapeOf splits the shape of a sample into that of one tick and the number of frames, 0 for an image or a
// row of features that is held.
func (c Config) shapeOf(data dataset.Dataset) (input []int, frames int, err error) {
	input = data.Shape()
	if c.Data.Set != "nmnist" {
		return input, 0, nil
	}
	if frames = input[0]; frames != c.Rule.Ticks() {
		return nil, 0, fmt.Errorf("train: data.frames: %d frames for %d ticks; want one for each tick", frames, c.Rule.Ticks())
	}
	return input[1:], frames, nil
}

// Progress tells where a session is.
type Progress struct {
	Epoch, Step, Steps int // Step mini-batches of Steps are done
	Last               Outcome
	Running            Tally // the epoch so far
	Warning            string
}

// Done tells whether all epochs are over.
func (s *Session) Done() bool { return s.epoch >= s.config.Epochs }

// Config returns the description of the run.
func (s *Session) Config() Config { return s.config }

// Log returns the epochs so far.
func (s *Session) Log() []Epoch { return s.log }

// Steps is the number of mini-batches of an epoch.
func (s *Session) Steps() int { return s.batches.Steps() }

// Place is the epoch, from 0, and the mini-batch that comes next.
func (s *Session) Place() (epoch, step int) { return s.epoch, s.step }

// Step trains with the next mini-batch, unless the context has ended.
func (s *Session) Step(ctx context.Context) (Progress, error) {
	if err := ctx.Err(); err != nil {
		return Progress{}, err
	}
	start := time.Now()
	n, err := s.batches.Load(uint64(s.epoch), s.step, s.x, s.labels)
	if err != nil {
		return Progress{}, err
	}
	total := s.epoch*s.Steps() + s.step
	b := batch{
		x: s.x[:n*dataset.Volume(s.batches.Shape())], labels: s.labels[:n],
		step: uint64(total), factor: s.factor(optim.Progress{Epoch: s.epoch, Step: total}),
	}
	o, err := s.learner.learn(b)
	if err == nil {
		err = exploded(o.Loss, s.learner)
	}
	if err != nil {
		return Progress{}, fmt.Errorf("train: epoch %d, step %d of %d: %w", s.epoch+1, s.step+1, s.Steps(), err)
	}
	s.running.add(o, n)
	s.running.Seconds += time.Since(start).Seconds()
	s.step++
	p := Progress{Epoch: s.epoch, Step: s.step, Steps: s.Steps(), Last: o, Running: s.running, Warning: s.learner.warning()}
	return p, nil
}

// factor is that of the learning rate.
func (s *Session) factor(at optim.Progress) float64 {
	if s.config.Schedule == nil {
		return 1
	}
	return s.config.Schedule.Factor(at)
}

// add takes a mini-batch in.
func (t *Tally) add(o Outcome, samples int) {
	t.Samples += int64(samples)
	t.Correct += int64(o.Correct)
	t.Loss += float64(o.Loss * float64(samples))
	t.Work.add(o.Work)
}

// EpochDone tells whether the mini-batches of an epoch are over, so that [Session.CloseEpoch] is next.
func (s *Session) EpochDone() bool { return s.step >= s.Steps() }

// CloseEpoch scores the network, writes the epoch into the log and begins the next one. The validation part
// is scored if there is one, the test part if not, and at the end of training. Tell, if not nil, is told how
// far that is. If the context stops it, the epoch is not closed.
func (s *Session) CloseEpoch(ctx context.Context, tell func(part string, done, of int)) (Epoch, error) {
	total := s.epoch*s.Steps() + s.step - 1
	e := Epoch{Epoch: s.epoch + 1, Factor: s.factor(optim.Progress{Epoch: s.epoch, Step: total}), Train: s.running}
	var err error
	if s.data.Validation != nil {
		if e.Validation, err = s.score(ctx, "validation", s.data.Validation, tell); err != nil {
			return e, err
		}
	}
	if s.data.Validation == nil || s.epoch == s.config.Epochs-1 {
		if e.Test, err = s.score(ctx, "test", s.data.Test, tell); err != nil {
			return e, err
		}
	}
	s.log = append(s.log, e)
	s.running = Tally{}
	s.epoch, s.step = s.epoch+1, 0
	return e, nil
}

// score measures a part of the data.
func (s *Session) score(ctx context.Context, part string, d dataset.Dataset, tell func(part string, done, of int)) (*Score, error) {
	e, err := s.evaluate(ctx, d, 1, func(done int) {
		if tell != nil {
			tell(part, done, d.Len())
		}
	})
	if err != nil {
		return nil, err
	}
	score := e.Score()
	return &score, nil
}

// largestLoss is the mean loss beyond which training counts as exploded. A guess at random among k
// classes costs log k.
const largestLoss = 1e4

// exploded refuses a loss with which training cannot go on, and names the layer with the largest weights.
func exploded(loss float64, l learner) error {
	if !math.IsNaN(loss) && math.Abs(loss) <= largestLoss {
		return nil
	}
	params, _ := l.state()
	name, size := "", -1.0
	for _, p := range params {
		m := largest(p)
		if m > size || math.IsNaN(m) {
			name, size = p.Name, m
		}
		if math.IsNaN(m) {
			break
		}
	}
	return fmt.Errorf("the loss has exploded (%g); the largest weight is %.3g, in %s: lower the learning rate", loss, size, name)
}

// largest is the largest magnitude in a column, NaN if there is one.
func largest(c optim.Column) float64 {
	m := 0.0
	see := func(x float64) {
		if x = math.Abs(x); x > m || math.IsNaN(x) {
			m = x
		}
	}
	for _, x := range c.F32 {
		see(float64(x))
	}
	for _, x := range c.F64 {
		see(x)
	}
	return m
}

// Params returns copies of the parameters, each a named list of numbers.
func (s *Session) Params() []optim.Column {
	params, _ := s.learner.state()
	return optim.Copy(slices.Clone(params))
}
