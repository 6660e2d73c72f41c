package kernel

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

func TestChoose(t *testing.T) {
	tests := []struct {
		value string
		best  Level
		want  Level
		err   string
	}{
		{"", Portable, Portable, ""},
		{"", AVX512, AVX512, ""},
		{"portable", AVX512, Portable, ""},
		{"avx2", AVX512, AVX2, ""},
		{"avx512", AVX512, AVX512, ""},
		{"avx512", AVX2, AVX2, "kernel: this processor or build has no avx512, it runs at avx2 (COUPLET_CPU=avx512)"},
		{"avx2", Portable, Portable, "kernel: this processor or build has no avx2, it runs at portable (COUPLET_CPU=avx2)"},
		{"AVX2", AVX512, AVX512, "kernel: unknown level, want portable, avx2 or avx512 (COUPLET_CPU=AVX2)"},
	}
	for _, test := range tests {
		got, err := choose(test.value, test.best)
		require.Equal(t, test.want, got, "%q on %v", test.value, test.best)
		if test.err == "" {
			require.NoError(t, err)
		} else {
			require.EqualError(t, err, test.err)
		}
	}
}

func TestSetLevel(t *testing.T) {
	before := Current()
	for _, l := range []Level{Portable, AVX2, AVX512, 99} {
		restore := SetLevel(l)
		require.Equal(t, min(l, Best()), Current())
		restore()
		require.Equal(t, before, Current())
	}
}

func TestLevels(t *testing.T) {
	levels := Levels()
	require.Equal(t, Portable, levels[0])
	require.Equal(t, Best(), levels[len(levels)-1])
	require.IsIncreasing(t, levels)
	require.Equal(t, "Level(3)", Level(3).String())
}

// printLevel makes a run of the test program say what it dispatches to, and end.
const printLevel = "KERNEL_TEST_PRINT_LEVEL"

func TestMain(m *testing.M) {
	if os.Getenv(printLevel) != "" {
		fmt.Print(Current(), " ", EnvError())
		return
	}
	os.Exit(m.Run())
}

// The environment variable is obeyed by a program that starts with it.
func TestEnvironment(t *testing.T) {
	program, err := os.Executable()
	require.NoError(t, err)
	start := func(value string) string {
		cmd := exec.Command(program)
		cmd.Env = append(os.Environ(), printLevel+"=1", "COUPLET_CPU="+value)
		said, err := cmd.Output()
		require.NoError(t, err)
		return string(said)
	}
	require.Equal(t, Best().String()+" <nil>", start(""))
	for _, l := range Levels() {
		require.Equal(t, l.String()+" <nil>", start(l.String()))
	}
	require.Equal(t, Best().String()+" kernel: unknown level, want portable, avx2 or avx512 (COUPLET_CPU=mmx)", start("mmx"))
}

// A prefetch is a hint: no address faults, and nothing changes.
func TestPrefetchRowNeverFaults(t *testing.T) {
	row := []uint32{1, 2, 3}
	for _, lines := range []int{-1, 0, 1, 4, 1000} {
		PrefetchRow(nil, lines)
		PrefetchRow(unsafe.Pointer(&row[0]), lines)
	}
	require.Equal(t, []uint32{1, 2, 3}, row)
}

// Neither does that of scattered elements, also behind the end of the array.
func TestPrefetchIndexedNeverFaults(t *testing.T) {
	potentials := []float64{1, 2, 3}
	index := []uint32{2, 0, 1, 1 << 31, 1<<32 - 1}
	for n := range len(index) + 1 {
		PrefetchIndexed(potentials, index[:n])
		PrefetchIndexed([]int32(nil), index[:n])
	}
	require.Equal(t, []float64{1, 2, 3}, potentials)
	require.Equal(t, []uint32{2, 0, 1, 1 << 31, 1<<32 - 1}, index)
}
