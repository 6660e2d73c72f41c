package mem

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestFormatBytes(t *testing.T) {
	for n, want := range map[uint64]string{
		0: "0 B", 1: "1 B", 1023: "1023 B", 1024: "1.0 KiB", 1075: "1.0 KiB", 1076: "1.1 KiB", 1536: "1.5 KiB",
		1<<20 - 1: "1.0 MiB", 1<<20 - 52: "1023.9 KiB", 1<<20 - 51: "1.0 MiB", 1 << 20: "1.0 MiB",
		6657199309: "6.2 GiB", 1<<30 - 1: "1.0 GiB", 1 << 40: "1.0 TiB", 1 << 50: "1.0 PiB",
		1 << 60: "1.0 EiB", math.MaxUint64: "16.0 EiB", 1<<63 + 1<<62: "12.0 EiB",
	} {
		require.Equal(t, want, FormatBytes(n), "%d", n)
	}
}

// TestFormatBytesRounds reads the text back: it is within half a decimal, and
// shows 1 to 1023.9 of its unit.
func TestFormatBytesRounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint64Min(1024).Draw(t, "n") >> rapid.IntRange(0, 53).Draw(t, "shift")
		n = max(n, 1024)
		number, unit, ok := strings.Cut(FormatBytes(n), " ")
		require.True(t, ok)
		value, err := strconv.ParseFloat(number, 64)
		require.NoError(t, err)
		require.GreaterOrEqual(t, value, 1.0)
		require.Less(t, value, 1024.0)
		power := 10 * (1 + strings.Index("KMGTPE", unit[:1]))
		shown, ok := new(big.Rat).SetString(number)
		require.True(t, ok)
		shown.Mul(shown, new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), uint(power))))
		off := shown.Sub(shown, new(big.Rat).SetInt(new(big.Int).SetUint64(n)))
		half := new(big.Rat).SetFrac(new(big.Int).Lsh(big.NewInt(1), uint(power)), big.NewInt(20))
		require.LessOrEqual(t, off.Abs(off).Cmp(half), 0, "%d as %s %s", n, number, unit)
	})
}
