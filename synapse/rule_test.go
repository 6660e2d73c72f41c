package synapse

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/internal/rng"
)

type link struct {
	source, target uint32
	ordinal        uint64
}

func links(r Rule, w Wiring, lo, hi int) []link {
	var list []link
	r.Visit(w, lo, hi, func(s, t uint32, o uint64) { list = append(list, link{s, t, o}) })
	return list
}

func sorted(list []link) []link {
	slices.SortFunc(list, func(a, b link) int {
		for _, d := range []int{int(a.target) - int(b.target), int(a.source) - int(b.source)} {
			if d != 0 {
				return d
			}
		}
		return int(a.ordinal) - int(b.ordinal)
	})
	return list
}

func key(seed uint64) rng.Key { return rng.NewKey(seed, rng.Connect, 0) }

// drawRule draws a rule that fits the drawn sizes.
func drawRule(t *rapid.T) (r Rule, sources, targets int) {
	sources, targets = rapid.IntRange(1, 90).Draw(t, "sources"), rapid.IntRange(1, 90).Draw(t, "targets")
	noSelf := rapid.Bool().Draw(t, "no self")
	noMultiple := rapid.Bool().Draw(t, "no multiple")
	kind := rapid.IntRange(0, 6).Draw(t, "rule")
	if noSelf || kind == 1 {
		sources, targets = max(sources, 2), max(sources, 2)
	}
	degree := func(n int) int { return rapid.IntRange(0, candidates(n, noSelf)).Draw(t, "degree") }
	switch kind {
	case 0:
		r = AllToAll{NoSelf: noSelf}
	case 1:
		r = OneToOne{}
	case 2:
		r = InDegree{K: degree(sources), NoMultiple: noMultiple, NoSelf: noSelf}
	case 3:
		r = OutDegree{K: degree(targets), NoMultiple: noMultiple, NoSelf: noSelf}
	case 4:
		p := rapid.OneOf(rapid.Float64Range(0, 1), rapid.SampledFrom([]float64{0, 1e-300, 1e-9, 1})).Draw(t, "p")
		r = Bernoulli{P: p, NoSelf: noSelf}
	case 5:
		r = TotalNumber{N: rapid.IntRange(0, 400).Draw(t, "number"), NoSelf: noSelf}
	case 6:
		n := rapid.IntRange(0, 50).Draw(t, "number")
		r = Explicit{
			Source: rapid.SliceOfN(rapid.Uint32Range(0, uint32(sources)-1), n, n).Draw(t, "source list"),
			Target: rapid.SliceOfN(rapid.Uint32Range(0, uint32(targets)-1), n, n).Draw(t, "target list"),
		}
	}
	return r, sources, targets
}

// Every rule: the parts of a division into target ranges are the whole, ordinals name synapses,
// and the bounds that the rule states hold.
func TestRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, sources, targets := drawRule(t)
		require.NoError(t, r.Validate(sources, targets))
		w := Wiring{Key: key(rapid.Uint64().Draw(t, "seed")), Sources: sources, Targets: targets}
		whole := links(r, w, 0, targets)

		cut := rapid.IntRange(0, targets).Draw(t, "cut")
		parts := append(links(r, w, 0, cut), links(r, w, cut, targets)...)
		require.Equal(t, sorted(slices.Clone(whole)), sorted(parts))

		ordinals, pairs, in := map[uint64]bool{}, map[[2]uint32]bool{}, make([]int, targets)
		for _, l := range whole {
			require.Less(t, int(l.source), sources)
			require.Less(t, int(l.target), targets)
			ordinals[l.ordinal] = true
			pairs[[2]uint32{l.source, l.target}] = true
			in[l.target]++
			if n, ok := r.(Numbered); ok {
				require.Less(t, l.ordinal, n.Ordinals(sources, targets))
			}
		}
		require.Len(t, ordinals, len(whole), "ordinals must differ")
		require.LessOrEqual(t, slices.Max(in), r.MaxInDegree(sources, targets))
		if _, random := r.(Bernoulli); !random {
			require.Equal(t, r.Expect(sources, targets), float64(len(whole)))
		}
		checkOptions(t, r, whole, len(pairs))
	})
}

// checkOptions checks the promises of NoSelf and NoMultiple.
func checkOptions(t require.TestingT, r Rule, whole []link, pairs int) {
	noSelf, noMultiple := false, false
	switch r := r.(type) {
	case AllToAll:
		noSelf, noMultiple = r.NoSelf, true
	case InDegree:
		noSelf, noMultiple = r.NoSelf, r.NoMultiple
	case OutDegree:
		noSelf, noMultiple = r.NoSelf, r.NoMultiple
	case Bernoulli:
		noSelf, noMultiple = r.NoSelf, true
	case TotalNumber:
		noSelf = r.NoSelf
	}
	for _, l := range whole {
		require.False(t, noSelf && l.source == l.target, "synapse of neuron %d to itself", l.source)
	}
	if noMultiple {
		require.Equal(t, pairs, len(whole), "multiple connections")
	}
}

func TestDegreesAreExact(t *testing.T) {
	w := Wiring{Key: key(1), Sources: 30, Targets: 20}
	in, out := make([]int, 20), make([]int, 30)
	for _, l := range links(InDegree{K: 7, NoMultiple: true}, w, 0, 20) {
		in[l.target]++
	}
	for _, l := range links(OutDegree{K: 5}, w, 0, 20) {
		out[l.source]++
	}
	require.Equal(t, slices.Repeat([]int{7}, 20), in)
	require.Equal(t, slices.Repeat([]int{5}, 30), out)
}

// Each possible partner must be drawn equally often. With hits ~ binomial(n, p) per pair, the sum
// of the squared deviations over p·n has the mean (1-p)·pairs, with a standard deviation of 7 % for 400 pairs.
func TestRulesAreUniform(t *testing.T) {
	const size, runs = 20, 2000
	for _, c := range []struct {
		rule Rule
		p    float64 // mean number of synapses per pair
		self bool
	}{
		{FixedInDegree(5), 5.0 / 20, true},
		{InDegree{K: 5, NoSelf: true}, 5.0 / 19, false},
		{InDegree{K: 5, NoMultiple: true}, 5.0 / 20, true},
		{InDegree{K: 15, NoMultiple: true, NoSelf: true}, 15.0 / 19, false},
		{FixedOutDegree(3), 3.0 / 20, true},
		{OutDegree{K: 3, NoMultiple: true, NoSelf: true}, 3.0 / 19, false},
		{Bernoulli{P: 0.3}, 0.3, true},
		{Bernoulli{P: 0.02, NoSelf: true}, 0.02, false},
		{FixedTotalNumber(100), 100.0 / 400, true},
		{TotalNumber{N: 100, NoSelf: true}, 100.0 / 380, false},
	} {
		t.Run(fmt.Sprintf("%s%+v", c.rule.Name(), c.rule), func(t *testing.T) {
			var hits [size][size]float64
			for run := range uint64(runs) {
				w := Wiring{Key: key(run), Sources: size, Targets: size}
				for _, l := range links(c.rule, w, 0, size) {
					hits[l.source][l.target]++
				}
			}
			chi, pairs := 0.0, 0.0
			for s := range size {
				for g := range size {
					if !c.self && s == g {
						require.Zero(t, hits[s][g])
						continue
					}
					d := hits[s][g] - runs*c.p
					chi += d * d / (runs * c.p)
					pairs++
				}
			}
			// A total number or an out-degree with repetition leaves the pairs almost Poisson: variance p.
			require.Less(t, chi/pairs, 1.25)
			require.Greater(t, chi/pairs, (1-c.p)*0.75)
		})
	}
}

// Rules that draw per target give the same synapses whatever the number of other targets, so that
// a larger network contains the smaller one.
func TestTargetsAreIndependent(t *testing.T) {
	for _, r := range []Rule{FixedInDegree(4), InDegree{K: 4, NoMultiple: true}, Bernoulli{P: 0.2}} {
		small := Wiring{Key: key(5), Sources: 40, Targets: 10}
		large := Wiring{Key: key(5), Sources: 40, Targets: 1000}
		require.Equal(t, links(r, small, 3, 7), links(r, large, 3, 7), r.Name())
	}
}

func TestBernoulliNumberOfSynapses(t *testing.T) {
	for _, p := range []float64{1e-5, 0.001, 0.1, 0.5, 0.97} {
		w := Wiring{Key: key(2), Sources: 5000, Targets: 400}
		n := float64(len(links(Bernoulli{P: p}, w, 0, 400)))
		mean := p * 5000 * 400
		require.InDelta(t, mean, n, 5*math.Sqrt(mean*(1-p)), "p = %g", p)
	}
}

func TestNegLog1m(t *testing.T) {
	for _, p := range []float64{1e-300, 1e-17, 1e-9, 9.5e-7, 9.6e-7, 1e-3, 0.5, 0.999} {
		require.InEpsilon(t, -math.Log1p(-p), negLog1m(p), 2e-10, "p = %g", p)
	}
}

func TestRuleErrors(t *testing.T) {
	for _, c := range []struct {
		rule             Rule
		sources, targets int
		want             string
	}{
		{AllToAll{}, 0, 5, "synapse: all_to_all: needs at least 1 source and 1 target (have 0 and 5)"},
		{AllToAll{}, 1 << 31, 5, "synapse: all_to_all: populations must not exceed 2147483647 neurons (have 2147483648 and 5)"},
		{AllToAll{NoSelf: true}, 4, 5, "synapse: all_to_all: leaving out self connections needs one population as source and target (have 4 and 5 neurons)"},
		{OneToOne{}, 4, 5, "synapse: one_to_one: the number of sources (4) must equal the number of targets (5)"},
		{InDegree{K: -1}, 4, 5, "synapse: fixed_indegree: in-degree -1 must be in [0, 2147483647]"},
		{InDegree{K: 5, NoMultiple: true}, 4, 5, "synapse: fixed_indegree: in-degree 5 without multiple connections exceeds the 4 possible sources"},
		{InDegree{K: 4, NoMultiple: true, NoSelf: true}, 4, 4, "synapse: fixed_indegree: in-degree 4 without multiple connections exceeds the 3 possible sources"},
		{InDegree{K: 1, NoSelf: true}, 1, 1, "synapse: fixed_indegree: in-degree 1, but there are no sources beside the neuron itself"},
		{OutDegree{K: 6, NoMultiple: true}, 4, 5, "synapse: fixed_outdegree: out-degree 6 without multiple connections exceeds the 5 possible targets"},
		{OutDegree{K: 6, NoSelf: true}, 4, 5, "synapse: fixed_outdegree: leaving out self connections needs one population as source and target (have 4 and 5 neurons)"},
		{Bernoulli{P: 1.5}, 4, 5, "synapse: pairwise_bernoulli: probability 1.5 must be in [0, 1]"},
		{Bernoulli{P: math.NaN()}, 4, 5, "synapse: pairwise_bernoulli: probability NaN must be in [0, 1]"},
		{TotalNumber{N: -3}, 4, 5, fmt.Sprintf("synapse: fixed_total_number: number -3 must be in [0, %d]", maxTotal)},
		{TotalNumber{N: 3, NoSelf: true}, 1, 1, "synapse: fixed_total_number: a single neuron has no partner beside itself"},
		{Explicit{Source: []uint32{0}}, 4, 5, "synapse: explicit: the list has 1 sources but 0 targets"},
		{Explicit{Source: []uint32{0, 4}, Target: []uint32{0, 0}}, 4, 5, "synapse: explicit: source 4 of synapse 1 must be below 4"},
		{Explicit{Source: []uint32{0, 3}, Target: []uint32{5, 0}}, 4, 5, "synapse: explicit: target 5 of synapse 0 must be below 5"},
	} {
		require.EqualError(t, c.rule.Validate(c.sources, c.targets), c.want)
	}
}

func TestMaxInDegreeDoesNotOverflow(t *testing.T) {
	require.Equal(t, math.MaxInt, OutDegree{K: math.MaxInt/2 + 1}.MaxInDegree(3, 3))
	require.Zero(t, OutDegree{}.MaxInDegree(3, 3))
	require.Zero(t, Bernoulli{}.MaxInDegree(3, 3))
}
