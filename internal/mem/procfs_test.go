package mem

import (
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// machine makes a file system out of a text of "path: content" lines, where
// "\n" in the content stands for a line end.
func machine(text string) fstest.MapFS {
	files := fstest.MapFS{}
	for line := range strings.Lines(text) {
		name, content, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if ok {
			files[name] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(content, `\n`, "\n"))}
		}
	}
	return files
}

func TestMachineAvailable(t *testing.T) {
	for content, want := range map[string]uint64{
		`MemTotal:       24684092 kB\nMemFree:        24520512 kB\nMemAvailable:   24441748 kB\nBuffers: 1112 kB\n`: 24441748 << 10,
		`MemAvailable: 0 kB\n`:                   0,
		`MemAvailable:   18014398509481983 kB\n`: 18014398509481983 << 10,
	} {
		got, ok := machineAvailable(machine("proc/meminfo: " + content))
		require.True(t, ok, content)
		require.Equal(t, want, got, content)
	}
	for _, content := range []string{
		"", `MemTotal: 5 kB\n`, `MemAvailable: many kB\n`, `MemAvailable: -1 kB\n`, `MemAvailable:\n`, `MemAvailable\n`,
		`MemAvailable: 18014398509481984 kB\n`, `MemAvailable: 99999999999999999999 kB\n`,
		strings.Repeat("x", 100_000) + `\nMemAvailable: 5 kB\n`, // a line beyond reason ends the reading
	} {
		_, ok := machineAvailable(machine("proc/meminfo: " + content))
		require.False(t, ok, content)
	}
	_, ok := machineAvailable(fstest.MapFS{})
	require.False(t, ok)
}

func TestGroupAvailable(t *testing.T) {
	cases := []struct {
		name, files string
		want        uint64
		ok          bool
	}{
		{"version 2", `
			proc/self/cgroup: 0::/user/job
			sys/fs/cgroup/user/job/memory.max: 1000
			sys/fs/cgroup/user/job/memory.current: 400`, 600, true},
		{"version 2, cache counts as free", `
			proc/self/cgroup: 0::/job
			sys/fs/cgroup/job/memory.max: 1000
			sys/fs/cgroup/job/memory.current: 400
			sys/fs/cgroup/job/memory.stat: anon 100\nfile 200\ninactive_file 150\nactive_file 50`, 750, true},
		{"version 2, no limit", `
			proc/self/cgroup: 0::/job
			sys/fs/cgroup/job/memory.max: max
			sys/fs/cgroup/job/memory.current: 400`, 0, false},
		{"version 2, limit further up", `
			proc/self/cgroup: 0::/a/b/c
			sys/fs/cgroup/a/b/c/memory.max: max
			sys/fs/cgroup/a/b/c/memory.current: 10
			sys/fs/cgroup/a/b/memory.max: 500
			sys/fs/cgroup/a/b/memory.current: 450
			sys/fs/cgroup/a/memory.max: 900
			sys/fs/cgroup/a/memory.current: 700`, 50, true},
		{"version 2, in a container", `
			proc/self/cgroup: 0::/../../docker/0123
			sys/fs/cgroup/memory.max: 800
			sys/fs/cgroup/memory.current: 100`, 700, true},
		{"used up", `
			proc/self/cgroup: 0::/
			sys/fs/cgroup/memory.max: 800
			sys/fs/cgroup/memory.current: 900`, 0, true},
		{"cache larger than use", `
			proc/self/cgroup: 0::/
			sys/fs/cgroup/memory.max: 800
			sys/fs/cgroup/memory.current: 100
			sys/fs/cgroup/memory.stat: inactive_file 150`, 800, true},
		{"version 1", `
			proc/self/cgroup: 9:name=systemd:/\n4:cpu,memory:/batch/7\n1:cpu:/other\n
			sys/fs/cgroup/memory/batch/7/memory.limit_in_bytes: 2000
			sys/fs/cgroup/memory/batch/7/memory.usage_in_bytes: 700
			sys/fs/cgroup/memory/batch/7/memory.stat: inactive_file 1\ntotal_inactive_file 200`, 1500, true},
		{"version 1, no limit", `
			proc/self/cgroup: 4:memory:/
			sys/fs/cgroup/memory/memory.limit_in_bytes: 9223372036854771712
			sys/fs/cgroup/memory/memory.usage_in_bytes: 700`, 0, false},
		{"both, version 2 limits", `
			proc/self/cgroup: 4:memory:/\n0::/x
			sys/fs/cgroup/memory/memory.limit_in_bytes: 5000
			sys/fs/cgroup/memory/memory.usage_in_bytes: 0
			sys/fs/cgroup/unified/x/memory.max: 300
			sys/fs/cgroup/unified/x/memory.current: 100`, 200, true},
		{"use unknown", `
			proc/self/cgroup: 0::/
			sys/fs/cgroup/memory.max: 800`, 0, false},
		{"no group", `proc/meminfo: x`, 0, false},
		{"damaged", `
			proc/self/cgroup: 0:/\n\n::::\nmemory\n4:memory\n
			sys/fs/cgroup/memory.max: much
			sys/fs/cgroup/memory.current: -1`, 0, false},
		{"name contains memory", `
			proc/self/cgroup: 4:mymemory:/
			sys/fs/cgroup/memory/memory.limit_in_bytes: 5
			sys/fs/cgroup/memory/memory.usage_in_bytes: 1`, 0, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, ok := groupAvailable(machine(c.files))
			require.Equal(t, c.ok, ok)
			require.Equal(t, c.want, got)
		})
	}
}

// TestAvailable asks this machine: where the answer is known it is more than
// nothing and less than an exbibyte, and Linux always knows.
func TestAvailable(t *testing.T) {
	n, ok := Available()
	require.Equal(t, runtime.GOOS == "linux", ok)
	if ok {
		require.Greater(t, n, uint64(1<<20))
		require.Less(t, n, uint64(1<<60))
	} else {
		require.Zero(t, n)
	}
}

// FuzzGroupAvailable: whatever the files hold, the walk ends, and the answer is
// not above the limits.
func FuzzGroupAvailable(f *testing.F) {
	f.Add("0::/a/b", "1000", "400", "inactive_file 10", "MemAvailable: 5 kB")
	f.Add("4:cpu,memory:/a", "9223372036854771712", "0", "total_inactive_file 3", "MemAvailable: 18446744073709551615 kB")
	f.Add("0::/../..", "max", "-5", "inactive_file\nx", "MemAvailable:")
	f.Add("0::"+strings.Repeat("/a", 500), "18446744073709551615", "18446744073709551615", "inactive_file 18446744073709551615", "")
	f.Add("0::/./\x00/\xff", "", "", "", ":")
	f.Fuzz(func(t *testing.T, groups, limit, used, stat, meminfo string) {
		files := fstest.MapFS{
			"proc/self/cgroup": {Data: []byte(groups)},
			"proc/meminfo":     {Data: []byte(meminfo)},
		}
		for _, dir := range []string{"sys/fs/cgroup/", "sys/fs/cgroup/a/", "sys/fs/cgroup/memory/"} {
			for name, content := range map[string]string{
				"memory.max": limit, "memory.current": used, "memory.stat": stat,
				"memory.limit_in_bytes": limit, "memory.usage_in_bytes": used,
			} {
				files[dir+name] = &fstest.MapFile{Data: []byte(content)}
			}
		}
		if got, ok := groupAvailable(files); ok {
			most, known := readCount(files, "sys/fs/cgroup/memory.max")
			require.True(t, known)
			require.LessOrEqual(t, got, most)
		}
		if got, ok := machineAvailable(files); ok {
			require.Zero(t, got%1024)
		}
	})
}
