package train

import (
	"context"

	"couplet/internal/dataset"
	"couplet/learning/loss"
)

// Evaluation is how a network does on a part of the data.
type Evaluation struct {
	Classes []string
	// Confusion counts samples by their class and the predicted one.
	Confusion [][]int
	// Latency is the number of samples predicted rightly if the answer is taken after each tick; for a
	// score alone, after the last one.
	Latency []int
	Loss    float64 // mean cross entropy of the final outputs
	Work    Work
}

// Score sums up.
func (e *Evaluation) Score() Score {
	s := Score{Correct: e.Latency[len(e.Latency)-1]}
	for _, row := range e.Confusion {
		for _, n := range row {
			s.Samples += n
		}
	}
	return s
}

// Evaluate runs the network on a data set without learning. Tell, if not nil, is told the number of samples
// done. The context can stop it.
func (s *Session) Evaluate(ctx context.Context, d dataset.Dataset, tell func(done int)) (*Evaluation, error) {
	return s.evaluate(ctx, d, s.config.Rule.Ticks(), tell)
}

// evaluate is Evaluate with the course of so many ticks, or 1 for the outcome alone.
func (s *Session) evaluate(ctx context.Context, d dataset.Dataset, ticks int, tell func(done int)) (*Evaluation, error) {
	batches, err := dataset.NewBatches(d, dataset.BatchOptions{
		Size: min(s.config.Batch, d.Len()), Random: dataset.Random{Seed: s.config.Seed}, Normalise: s.data.Normalise,
	})
	if err != nil {
		return nil, err
	}
	x, labels := batches.Buffers()
	e := newEvaluation(d.Classes(), ticks)
	done := 0
	for step := range batches.Steps() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n, err := batches.Load(0, step, x, labels)
		if err != nil {
			return nil, err
		}
		outputs, work, err := s.learner.classify(x[:n*dataset.Volume(batches.Shape())], n, ticks > 1)
		if err != nil {
			return nil, err
		}
		if err := e.take(outputs, labels[:n]); err != nil {
			return nil, err
		}
		e.Work.add(work)
		if done += n; tell != nil {
			tell(done)
		}
	}
	e.Loss /= float64(done)
	return e, nil
}

func newEvaluation(classes []string, ticks int) *Evaluation {
	e := &Evaluation{Classes: classes, Latency: make([]int, ticks)}
	for range classes {
		e.Confusion = append(e.Confusion, make([]int, len(classes)))
	}
	return e
}

// take counts a mini-batch, of which outputs are ticks × samples × classes.
func (e *Evaluation) take(outputs []float64, labels []int) error {
	n, classes := len(labels), len(e.Classes)
	for t := range e.Latency {
		e.Latency[t] += correct(outputs[t*n*classes:][:n*classes], labels)
	}
	final := outputs[(len(e.Latency)-1)*n*classes:]
	for i, y := range labels {
		e.Confusion[y][loss.Predict(final[i*classes:][:classes])]++
	}
	l, err := loss.CrossEntropy(final, labels, nil)
	e.Loss += float64(l * float64(n))
	return err
}
