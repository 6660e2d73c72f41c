package mem

import (
	"bufio"
	"io"
	"io/fs"
	"math"
	"path"
	"strconv"
	"strings"
)

// What Linux tells about memory, read from a file system so that the tests can
// bring their own. Everything here takes damaged files for absent ones: the
// answer is advice, and a wrong format must not stop a simulation.

// readLimit bounds what is read of a file of the kernel.
const readLimit = 1 << 20

// maxGroupDepth bounds the walk up the control groups.
const maxGroupDepth = 64

// groupRoots are the places where the memory controller is mounted: version 1
// by custom, version 2 alone, and version 2 beside version 1.
const (
	rootV1     = "sys/fs/cgroup/memory"
	rootV2     = "sys/fs/cgroup"
	rootHybrid = "sys/fs/cgroup/unified"
)

// machineAvailable returns MemAvailable of proc/meminfo: the kernel's estimate
// of what can be taken without swapping, page cache included.
func machineAvailable(root fs.FS) (bytes uint64, ok bool) {
	eachLine(root, "proc/meminfo", func(line string) bool {
		key, value, _ := strings.Cut(line, ":")
		if key != "MemAvailable" {
			return true
		}
		var kib uint64
		kib, ok = parseCount(strings.TrimSuffix(value, "kB"))
		ok = ok && kib <= math.MaxUint64>>10
		bytes = kib << 10
		return false
	})
	if !ok {
		return 0, false
	}
	return bytes, true
}

// groupAvailable returns the least that any control group around this process
// leaves; ok is false if none has a limit.
//
// proc/self/cgroup has a line "id:controllers:path" for every hierarchy,
// "0::path" for version 2. Inside a container the path may be that of the host
// while only the container's part is mounted; then the mount's root is the
// group, and it is looked at in any case.
func groupAvailable(root fs.FS) (bytes uint64, ok bool) {
	take := func(left uint64, limited bool) {
		if limited && (!ok || left < bytes) {
			bytes, ok = left, true
		}
	}
	eachLine(root, "proc/self/cgroup", func(line string) bool {
		fields := strings.SplitN(line, ":", 3)
		if len(fields) != 3 {
			return true
		}
		switch controllers := fields[1]; {
		case controllers == "":
			take(alongPath(root, rootV2, fields[2], leftV2))
			take(alongPath(root, rootHybrid, fields[2], leftV2))
		case hasWord(controllers, "memory"):
			take(alongPath(root, rootV1, fields[2], leftV1))
		}
		return true
	})
	return bytes, ok
}

// alongPath returns the least that the group and those around it leave.
func alongPath(root fs.FS, mount, group string, left func(fs.FS, string) (uint64, bool)) (bytes uint64, ok bool) {
	// Clean removes "..", so that the walk stays below the mount and ends.
	group = path.Clean("/" + group)
	for range maxGroupDepth {
		if l, limited := left(root, path.Join(mount, group)); limited && (!ok || l < bytes) {
			bytes, ok = l, true
		}
		if group == "/" {
			break
		}
		group = path.Dir(group)
	}
	return bytes, ok
}

// leftV2 returns what a group of version 2 leaves. "max" is no limit, and no
// number.
func leftV2(root fs.FS, dir string) (bytes uint64, ok bool) {
	limit, ok1 := readCount(root, path.Join(dir, "memory.max"))
	used, ok2 := readCount(root, path.Join(dir, "memory.current"))
	if !ok1 || !ok2 {
		return 0, false
	}
	return left(limit, used, readStat(root, dir, "inactive_file")), true
}

// leftV1 returns what a group of version 1 leaves. It writes no limit as the
// largest multiple of the page size, about 2^63.
func leftV1(root fs.FS, dir string) (bytes uint64, ok bool) {
	limit, ok1 := readCount(root, path.Join(dir, "memory.limit_in_bytes"))
	used, ok2 := readCount(root, path.Join(dir, "memory.usage_in_bytes"))
	if !ok1 || !ok2 || limit >= 1<<62 {
		return 0, false
	}
	return left(limit, used, readStat(root, dir, "total_inactive_file")), true
}

// left returns limit - (used - cache). The page cache that is not in active use
// counts as used, but the kernel drops it before it refuses memory.
func left(limit, used, cache uint64) uint64 {
	used -= min(used, cache)
	return limit - min(limit, used)
}

// readStat returns one number of a group's memory.stat, 0 if it is absent.
func readStat(root fs.FS, dir, key string) (bytes uint64) {
	eachLine(root, path.Join(dir, "memory.stat"), func(line string) bool {
		k, value, _ := strings.Cut(line, " ")
		if k != key {
			return true
		}
		bytes, _ = parseCount(value)
		return false
	})
	return bytes
}

// readCount returns the number that a file consists of.
func readCount(root fs.FS, name string) (n uint64, ok bool) {
	eachLine(root, name, func(line string) bool {
		n, ok = parseCount(line)
		return false
	})
	return n, ok
}

func parseCount(s string) (n uint64, ok bool) {
	n, err := strconv.ParseUint(strings.TrimSpace(s), 10, 64)
	if err != nil {
		return 0, false // ParseUint returns the largest number on overflow
	}
	return n, true
}

// hasWord says whether a comma-separated list contains word.
func hasWord(list, word string) bool {
	for w := range strings.SplitSeq(list, ",") {
		if w == word {
			return true
		}
	}
	return false
}

// eachLine calls f with the lines of a file until f returns false. It reads at
// most readLimit bytes, and nothing from a file that is not there.
func eachLine(root fs.FS, name string, f func(line string) bool) {
	file, err := root.Open(name)
	if err != nil {
		return
	}
	defer file.Close()
	lines := bufio.NewScanner(io.LimitReader(file, readLimit))
	for lines.Scan() {
		if !f(lines.Text()) {
			return
		}
	}
}
