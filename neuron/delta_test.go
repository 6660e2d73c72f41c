package neuron

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDeltaSmoke(t *testing.T) {
	m := NewPSCDelta()
	m.Cm, m.TauM, m.EL, m.VTh, m.VReset, m.Ie = 1, 20, 0, 20, 0, 1.3
	st, err := m.Build(Build{N: 1, TickMs: 0.1})
	require.NoError(t, err)
	in := []Input{{Sum32: make([]int32, 1), Quantum: 1}}
	var fired []int64
	for n := int64(1); n <= 1000; n++ {
		var out Spikes
		st.(Clocked).Step(n, in, &out)
		if len(out.Neurons) > 0 {
			fired = append(fired, n)
		}
	}
	require.Equal(t, []int64{294, 608, 922}, fired)
	st, err = m.Build(Build{N: 1, TickMs: 0.1, Lazy: true})
	require.NoError(t, err)
	fired = nil
	l := st.(Lazy)
	for n := l.Wake(0); n <= 1000; n = l.Wake(0) {
		var out Spikes
		l.Touch(n, []uint32{0}, in, &out)
		if len(out.Neurons) > 0 {
			fired = append(fired, n)
		}
	}
	require.Equal(t, []int64{294, 608, 922}, fired)
}
