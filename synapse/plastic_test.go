package synapse

import (
	"slices"
	"sort"

	"pgregory.net/rapid"
)

// testRows is a table of plastic synapses.
type testRows struct {
	delay   []int64
	source  []int
	targets [][]uint32
	weights [][]float64
	synapse [][]int // a number for each synapse
}

func (t *testRows) Len() int { return len(t.delay) }

func (t *testRows) Row(r int) (int64, []uint32, []float64) {
	return t.delay[r], t.targets[r], t.weights[r]
}

// add puts a synapse into the row of its source and delay.
func (t *testRows) add(source int, target uint32, delay int64, weight float64, number int) {
	r := 0
	for r < len(t.delay) && (t.source[r] != source || t.delay[r] != delay) {
		r++
	}
	if r == len(t.delay) {
		t.delay, t.source = append(t.delay, delay), append(t.source, source)
		t.targets, t.weights, t.synapse = append(t.targets, nil), append(t.weights, nil), append(t.synapse, nil)
	}
	t.targets[r] = append(t.targets[r], target)
	t.weights[r] = append(t.weights[r], weight)
	t.synapse[r] = append(t.synapse[r], number)
}

func (t *testRows) clone() *testRows {
	c := *t
	c.weights = nil
	for _, w := range t.weights {
		c.weights = append(c.weights, slices.Clone(w))
	}
	return &c
}

// handed is a weight that a synapse handed on.
type handed struct {
	sent    int64
	synapse int
	weight  float64
}

// play runs a plasticity through spike trains the way an engine would: in every tick first the
// arrivals, then the spikes of the targets. between is called before each tick.
func play(rows *testRows, p Plasticity, pre, post [][]int64, from, to int64, between func(now int64)) []handed {
	var log []handed
	for now := from; now < to; now++ {
		if between != nil {
			between(now)
		}
		for r := range rows.delay {
			for range count(pre[rows.source[r]], now-rows.delay[r]) {
				scale := p.Arrive(r, now-rows.delay[r])
				for j, n := range rows.synapse[r] {
					log = append(log, handed{now - rows.delay[r], n, scale * rows.weights[r][j]})
				}
			}
		}
		if p.NeedsPost() {
			for target, train := range post {
				for range count(train, now) {
					p.PostSpike(uint32(target), now)
				}
			}
		}
	}
	return log
}

// count tells how often a sorted train holds a tick.
func count(train []int64, tick int64) int {
	lo := sort.Search(len(train), func(i int) bool { return train[i] >= tick })
	hi := sort.Search(len(train), func(i int) bool { return train[i] > tick })
	return hi - lo
}

// scenario is a random plastic projection with its spikes.
type scenario struct {
	rows      *testRows
	pre, post [][]int64
	ticks     int64
}

// drawScenario draws trains by their gaps, so that bursts, silences and double spikes all occur;
// the run is long enough for every spike to arrive.
func drawScenario(t *rapid.T, maxWeight float64) scenario {
	s := scenario{rows: &testRows{}}
	gap := rapid.SampledFrom([]int64{0, 1, 1, 2, 3, 7, 20, 45, 130, 400})
	trains := func(name string, n int) [][]int64 {
		list := make([][]int64, n)
		for i := range list {
			now := int64(1)
			for _, g := range rapid.SliceOfN(gap, 0, 60).Draw(t, name) {
				now += g
				list[i] = append(list[i], now)
			}
			s.ticks = max(s.ticks, now)
		}
		return list
	}
	sources, targets := rapid.IntRange(1, 4).Draw(t, "sources"), rapid.IntRange(1, 4).Draw(t, "targets")
	s.pre, s.post = trains("pre", sources), trains("post", targets)
	longest := int64(0)
	for n := range rapid.IntRange(1, 12).Draw(t, "synapses") {
		delay := rapid.Int64Range(1, 30).Draw(t, "delay")
		longest = max(longest, delay)
		s.rows.add(
			rapid.IntRange(0, sources-1).Draw(t, "source"),
			uint32(rapid.IntRange(0, targets-1).Draw(t, "target")),
			delay, rapid.Float64Range(0, maxWeight).Draw(t, "weight"), n)
	}
	s.ticks += longest + 1
	return s
}

// drawModel draws a plastic model with parameters in the range in which the rules are lively.
func drawModel(t *rapid.T) Plastic {
	model := rapid.SampledFrom([]Plastic{NewSTDP(), NewSTDPPowerLaw(), NewSTDPTriplet(), NewTsodyks2()}).Draw(t, "model")
	for _, p := range Params(model) {
		var x float64
		switch {
		case p.Name == "Wmax":
			x = 4
		case p.Name == "tau_fac" && rapid.Bool().Draw(t, "no facilitation"):
			x = 0
		case p.Unit == "ms":
			x = rapid.Float64Range(2, 200).Draw(t, p.Name)
		default:
			x = rapid.SampledFrom([]float64{0, 0.01, 0.3, 1}).Draw(t, p.Name)
		}
		model = With(model, p, x).(Plastic)
	}
	return model
}
