package report

import (
	"errors"
	"fmt"

	"couplet/learning/score"
	"couplet/learning/train"
)

// Subject says what was evaluated.
type Subject struct {
	Run     string // name of the training run
	Model   string // name of the model's file
	SHA256  string // its checksum, in hexadecimal
	Rule    string // learning rule that trained it
	Set     string // data set
	Part    string // part of it: test, validation or train
	Version string // of couplet
	RunFile []byte // text of the run file, with which the part was opened
}

// Report is an evaluation with what follows from it.
type Report struct {
	Subject
	Evaluation *train.Evaluation
	Classes    []score.Class
}

// New checks an evaluation and works out its measures. It is an error if it has no samples or no ticks, or
// if its counts do not agree.
func New(s Subject, e *train.Evaluation) (*Report, error) {
	classes, err := score.Classes(e.Classes, e.Confusion)
	if err != nil {
		return nil, err
	}
	r := &Report{Subject: s, Evaluation: e, Classes: classes}
	if len(e.Latency) == 0 {
		return nil, errors.New("report: the evaluation has no ticks (0); want at least 1")
	}
	if r.Samples() == 0 {
		return nil, errors.New("report: the evaluation has no samples (0); want at least 1")
	}
	diagonal := 0
	for _, c := range classes {
		diagonal += c.Correct
	}
	if diagonal != r.Correct() {
		return nil, fmt.Errorf("report: %d samples on the diagonal of the confusion matrix, but %d are right after the last tick", diagonal, r.Correct())
	}
	return r, nil
}

// Samples is the number of samples.
func (r *Report) Samples() int { return r.Evaluation.Score().Samples }

// Correct is the number of samples whose class is predicted after the last tick.
func (r *Report) Correct() int { return r.Evaluation.Score().Correct }

// Ticks is the number of ticks of a sample.
func (r *Report) Ticks() int { return len(r.Evaluation.Latency) }

// Accuracy is the part of samples whose class is predicted after the last tick.
func (r *Report) Accuracy() float64 { return r.AccuracyAfter(r.Ticks()) }

// Interval is the 95 % interval of the accuracy.
func (r *Report) Interval() score.Interval { return r.IntervalAfter(r.Ticks()) }

// AccuracyAfter is the accuracy if the answer is taken after tick t, 1 ≤ t ≤ Ticks.
func (r *Report) AccuracyAfter(t int) float64 {
	return float64(r.Evaluation.Latency[t-1]) / float64(r.Samples())
}

// IntervalAfter is the 95 % interval of AccuracyAfter.
func (r *Report) IntervalAfter(t int) score.Interval {
	return score.Wilson(r.Evaluation.Latency[t-1], r.Samples())
}

// Settled is the first tick from which on the accuracy never leaves the 95 % interval of the final one. It
// is a measure of latency and not a test: the same samples are judged at every tick, and a paired test
// would find smaller differences.
func (r *Report) Settled() int {
	final, t := r.Interval(), r.Ticks()
	for t > 1 {
		if a := r.AccuracyAfter(t - 1); a < final.Low || a > final.High {
			break
		}
		t--
	}
	return t
}

// Spikes is the number of spikes of a sample, mean over the samples.
func (r *Report) Spikes() float64 {
	n := int64(0)
	for _, l := range r.Evaluation.Work.Layers {
		n += l.Spikes
	}
	return float64(n) / float64(r.Samples())
}

// Events is the number of synaptic events of a sample, mean over the samples.
func (r *Report) Events() float64 {
	return float64(r.Evaluation.Work.Forward) / float64(r.Samples())
}

// Missing names the classes without samples.
func (r *Report) Missing() []string {
	var names []string
	for _, c := range r.Classes {
		if c.Samples == 0 {
			names = append(names, c.Name)
		}
	}
	return names
}

// SelectedTicks lists at most so many ticks of n that show a course: all of few, else 1, 2, 5, 10, 20, 50
// and so on, and the last.
func SelectedTicks(n int) []int {
	const few = 12
	var list []int
	if n <= few {
		for t := 1; t <= n; t++ {
			list = append(list, t)
		}
		return list
	}
	for power := 1; power < n; power *= 10 {
		for _, m := range []int{1, 2, 5} {
			if t := m * power; t < n {
				list = append(list, t)
			}
		}
	}
	return append(list, n)
}
