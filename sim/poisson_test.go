package sim_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/neuron"
	"couplet/sim"
	"couplet/sim/stats"
	"couplet/synapse"
)

// driven records the spikes of a Poisson stimulus, which parrots repeat, one train per neuron.
func driven(t *testing.T, mean float64, neurons int, ticks int64, o sim.Options) *sim.Simulator {
	net := sim.NewNetwork("driven")
	p := net.Population("p", neurons, neuron.NewParrot())
	net.Stimulate(p, sim.Poisson{RateHz: mean * 1000 / net.TickMs})
	net.RecordSpikes(p)
	s := start(t, net, o)
	run(t, s, ticks)
	return s
}

// Means in spikes per tick: two on either side of the border between gaps and counts, and the extremes.
var poissonMeans = []float64{0.002, 0.9 * sim.CountedFrom, 1.1 * sim.CountedFrom, 2, 30}

// TestPoissonDriveIsPoisson compares the numbers of spikes of a neuron in a tick with the Poisson
// distribution of their mean, whichever way they are drawn: the moments within 4.5 standard errors, the
// classes 0, 1, 2, … by chi square. Neighbouring ticks and neighbouring neurons are independent.
func TestPoissonDriveIsPoisson(t *testing.T) {
	for _, mean := range poissonMeans {
		t.Run(fmt.Sprint(mean), func(t *testing.T) {
			neurons := 50
			ticks := int64(min(20_000, 400_000/(mean*float64(neurons))))
			counts := countsOf(driven(t, mean, neurons, ticks, sim.Options{}).Spikes()[0], neurons, ticks)
			n := float64(neurons) * float64(ticks)
			first, second := moments(counts)
			require.InDelta(t, mean, first, 4.5*math.Sqrt(mean/n))
			require.InDelta(t, mean, second, 4.5*math.Sqrt((mean+2*mean*mean)/n), "variance")
			requirePoissonClasses(t, counts, mean)
			require.InDelta(t, 0, correlation(counts, 1, ticks), 4.5/math.Sqrt(n), "ticks")
			require.InDelta(t, 0, correlation(counts, int(ticks), ticks), 4.5/math.Sqrt(n), "neurons")
		})
	}
}

// countsOf lists the number of spikes of every neuron and tick: neuron by neuron.
func countsOf(train *sim.SpikeTrain, neurons int, ticks int64) []float64 {
	counts := make([]float64, int64(neurons)*ticks)
	for i, n := range train.Neurons {
		counts[int64(n)*ticks+train.Ticks[i]-1]++
	}
	return counts
}

func moments(x []float64) (mean, variance float64) {
	for _, v := range x {
		mean += v
	}
	mean /= float64(len(x))
	for _, v := range x {
		variance += (v - mean) * (v - mean)
	}
	return mean, variance / float64(len(x))
}

// correlation of the counts with those that lie a distance on in the list; pairs do not cross from the
// last tick of a neuron to the first of the next.
func correlation(counts []float64, distance int, ticks int64) float64 {
	mean, variance := moments(counts)
	sum, pairs := 0.0, 0
	for i := 0; i+distance < len(counts); i++ {
		if distance > 1 || int64(i)%ticks < ticks-1 {
			sum += (counts[i] - mean) * (counts[i+distance] - mean)
			pairs++
		}
	}
	return sum / float64(pairs) / variance
}

// requirePoissonClasses compares how often each count occurs with how often it should, for all counts that
// should occur at least ten times. The statistic has as many degrees of freedom as there are classes, k, and
// stays below k + 4.5·√(2k) + 10 in all but one of 10⁵ cases.
func requirePoissonClasses(t *testing.T, counts []float64, mean float64) {
	t.Helper()
	seen := make([]float64, 200)
	for _, c := range counts {
		seen[int(c)]++
	}
	square, classes := 0.0, 0.0
	p := math.Exp(-mean)
	for k := range seen {
		if want := p * float64(len(counts)); want >= 10 {
			square += (seen[k] - want) * (seen[k] - want) / want
			classes++
		}
		p *= mean / float64(k+1)
	}
	require.Greater(t, classes, 1.0)
	require.Less(t, square, classes+4.5*math.Sqrt(2*classes)+10)
}

// TestPoissonIntervals: the intervals of gaps and of counts just on the other side of the border have the same
// distribution, and every neuron's train is as irregular as a Poisson train is.
func TestPoissonIntervals(t *testing.T) {
	const neurons, ticks = 100, 20_000
	var intervals [2][]float64
	for k, mean := range []float64{0.999 * sim.CountedFrom, sim.CountedFrom} {
		r := stats.Recording{Spikes: driven(t, mean, neurons, ticks, sim.Options{}).Spikes()[0], TickMs: 0.1, To: ticks}
		cv, n := r.MeanCV()
		require.Equal(t, neurons, n)
		require.InDelta(t, 1, cv, 0.05) // on a grid √(1-p), with several spikes in one tick a little more
		for _, train := range r.Trains() {
			intervals[k] = append(intervals[k], stats.Intervals(train)...)
		}
		correlation, _ := r.Correlation(100)
		require.InDelta(t, 0, correlation, 0.005, "between neurons")
	}
	n := float64(len(intervals[0]))
	require.Less(t, stats.KS(intervals[0], intervals[1]), 2.2*math.Sqrt(2/n)) // exceeded once in 10⁴ times
}

// TestPoissonSpikesDoNotDependOnHosting: a drive draws by neuron and tick, so that hosting, workers and what
// else there is in the network do not matter. Two drives of one rate are two sets of trains.
func TestPoissonSpikesDoNotDependOnHosting(t *testing.T) {
	for _, mean := range poissonMeans[:4] {
		first := driven(t, mean, 30, 2000, sim.Options{Workers: 1})
		for _, host := range hostings {
			for workers := 1; workers <= 3; workers++ {
				requireSameSpikes(t, first, driven(t, mean, 30, 2000, sim.Options{Host: host, Workers: workers}))
			}
		}
		other := driven(t, mean, 30, 2000, sim.Options{Seed: 2})
		require.Error(t, compareSpikes(other.Spikes()[0], first.Spikes()[0]))
		fewer := driven(t, mean, 7, 2000, sim.Options{})
		for n := range uint32(7) {
			require.Equal(t, ticksOf(first.Spikes()[0], n), ticksOf(fewer.Spikes()[0], n), "neuron %d", n)
		}
	}
	net := sim.NewNetwork("two drives", sim.StepGrid())
	p := net.Population("p", 20, neuron.NewParrot())
	for range 2 {
		net.Stimulate(p.Slice(0, 10), sim.Poisson{RateHz: 20})
		net.Stimulate(p.Slice(10, 20), sim.Poisson{RateHz: 500})
	}
	net.RecordSpikes(p.Slice(0, 10), p.Slice(10, 20))
	s := start(t, net, sim.Options{})
	run(t, s, 5000)
	for k, mean := range []float64{0.02, 0.5} {
		_, variance := moments(countsOf(shifted(s.Spikes()[k], uint32(10*k)), 10, 5000))
		require.InDelta(t, 2*mean, variance, 0.1*mean, "equal trains would have a variance of 4 times the mean")
	}
}

// ticksOf are the ticks of the spikes of one neuron.
func ticksOf(train *sim.SpikeTrain, neuron uint32) (ticks []int64) {
	for i, n := range train.Neurons {
		if n == neuron {
			ticks = append(ticks, train.Ticks[i])
		}
	}
	return ticks
}

// shifted is a train with smaller neuron numbers.
func shifted(train *sim.SpikeTrain, by uint32) *sim.SpikeTrain {
	s := &sim.SpikeTrain{Recorder: train.Recorder, Ticks: train.Ticks}
	for _, n := range train.Neurons {
		s.Neurons = append(s.Neurons, n-by)
	}
	return s
}

// TestPoissonWindow: spikes of a drive come in the ticks from start+1 to stop, a delay later, and nowhere
// else, at the same rate throughout.
func TestPoissonWindow(t *testing.T) {
	for _, mean := range []float64{0.04, 0.06} {
		net := sim.NewNetwork("window", sim.StepGrid())
		p := net.Population("p", 2000, neuron.NewParrot()).Hosted(sim.LazyHosting)
		st := net.Stimulate(p, sim.Poisson{RateHz: mean * 1000, StartMs: 20, StopMs: 50})
		st.DelayMs = 7
		net.RecordSpikes(p)
		s := start(t, net, sim.Options{Workers: 2})
		trace := s.Trace()
		run(t, s, 1_000_000)
		require.Less(t, trace.Count(), 20_000, "no events before and after")
		counts := stats.Recording{Spikes: s.Spikes()[0], TickMs: 1, To: 100}.Counts(1)
		for k, n := range counts {
			if tick := k + 1; tick < 28 || tick > 57 {
				require.Zero(t, n, "tick %d", tick)
			} else {
				require.InDelta(t, 2000*mean, n, 4.5*math.Sqrt(2000*mean), "tick %d", tick)
			}
		}
	}
}

// TestPoissonPopulationsAndStimuliAgree: a population of Poisson sources has the same statistics as a
// stimulus of the same rate.
func TestPoissonPopulationsAndStimuliAgree(t *testing.T) {
	const neurons, ticks, mean = 100, 10_000, 0.03
	net := sim.NewNetwork("sources")
	m := neuron.NewPoissonSource()
	m.Rate = mean * 1000 / net.TickMs
	source := net.Population("source", neurons, m)
	echo := net.Population("echo", neurons, neuron.NewParrot())
	net.Project(source, echo, synapse.OneToOne{}, synapse.Fixed(1, 1))
	net.RecordSpikes(echo)
	s := start(t, net, sim.Options{})
	run(t, s, ticks+10)
	stimulus := driven(t, mean, neurons, ticks, sim.Options{})
	var intervals [2][]float64
	for k, train := range []*sim.SpikeTrain{s.Spikes()[0], stimulus.Spikes()[0]} {
		r := stats.Recording{Spikes: train, TickMs: 0.1, From: int64(10 * (1 - k)), To: ticks + int64(10*(1-k))}
		require.InDelta(t, mean*neurons*ticks, r.Count(), 4.5*math.Sqrt(mean*neurons*ticks))
		for _, x := range r.Trains() {
			intervals[k] = append(intervals[k], stats.Intervals(x)...)
		}
	}
	require.Less(t, stats.KS(intervals[0], intervals[1]), 2.2*math.Sqrt(2/float64(len(intervals[0]))))
}
