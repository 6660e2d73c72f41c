package runfile

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"couplet/learning/optim"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the generated parts of the manual")

const manual = "../../docs/learning.md"

// keysTable writes the table of the keys of a mapping.
func keysTable[T any](keys table[T]) string {
	text := "| key | value | meaning |\n| --- | --- | --- |\n"
	for _, k := range keys {
		name := "`" + k.name + "`"
		if k.need {
			name += " (required)"
		}
		text += fmt.Sprintf("| %s | %s | %s |\n", name, strings.ReplaceAll(k.valid, "|", `\|`), strings.ReplaceAll(k.doc, "|", `\|`))
	}
	return text
}

// optimiserTable lists the optimisers with their options and defaults.
func optimiserTable() string {
	text := "| optimiser | options with defaults |\n| --- | --- |\n"
	for _, o := range optim.All() {
		var list []string
		for _, p := range optim.Options(o) {
			list = append(list, "`"+p.Name+": "+formatParam(p, o)+"`")
		}
		text += "| `" + o.Name() + "` | " + strings.Join(list, ", ") + " |\n"
	}
	return text
}

// manualTables are the generated parts of the manual, by the name in their first comment.
var manualTables = map[string]func() string{
	"run":       func() string { return keysTable(runKeys) },
	"data":      func() string { return keysTable(dataKeys) },
	"fc":        func() string { return "`fc`:\n\n" + keysTable(fcKeys) },
	"vgg":       func() string { return "`vgg`:\n\n" + keysTable(vggKeys) },
	"nfresnet":  func() string { return "`nfresnet`:\n\n" + keysTable(resKeys) + "\n`stem`:\n\n" + keysTable(stemKeys) },
	"ring":      func() string { return "`ring`:\n\n" + keysTable(ringKeys) },
	"ottt":      func() string { return "`ottt`:\n\n" + keysTable(otttKeys) },
	"spide":     func() string { return "`spide`:\n\n" + keysTable(spideKeys) },
	"bptt":      func() string { return "`bptt`:\n\n" + keysTable(bpttKeys) },
	"optimiser": optimiserTable,
	"schedule":  func() string { return keysTable(scheduleKeys) },
	"nio":       func() string { return keysTable(nioKeys) },
}

var manualBlock = regexp.MustCompile(`(?s)<!-- keys: (\w+) -->\n.*?<!-- end -->`)

// TestManual keeps the tables of the manual equal to those that the reader goes through; -update writes
// them.
func TestManual(t *testing.T) {
	data, err := os.ReadFile(manual)
	require.NoError(t, err)
	seen := map[string]bool{}
	text := manualBlock.ReplaceAllStringFunc(string(data), func(block string) string {
		name := manualBlock.FindStringSubmatch(block)[1]
		require.Contains(t, manualTables, name)
		seen[name] = true
		return "<!-- keys: " + name + " -->\n" + manualTables[name]() + "<!-- end -->"
	})
	require.Len(t, seen, len(manualTables), "every table has its place in the manual")
	if *update {
		require.NoError(t, os.WriteFile(manual, []byte(text), 0o644))
		return
	}
	require.Equal(t, text, string(data), "run: go test ./learning/runfile -run TestManual$ -update")
}

// The example of the manual is a run that can be read.
func TestManualExample(t *testing.T) {
	data, err := os.ReadFile(manual)
	require.NoError(t, err)
	examples := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(data), -1)
	require.NotEmpty(t, examples)
	for _, e := range examples {
		_, err := Read("example", []byte(e[1]))
		require.NoError(t, err)
	}
}
