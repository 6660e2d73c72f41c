package det

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEveryProductIsRounded reads the source of the package: a product must
// stand inside float64(), as the compiler may otherwise fuse it with a sum, in
// the same expression, in a later statement, or after inlining in a caller.
// Whole-number products would be refused too; there are none.
func TestEveryProductIsRounded(t *testing.T) {
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	products := 0
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, e.Name(), nil, 0)
		require.NoError(t, err)
		found, bare := findProducts(file)
		products += found
		for _, p := range bare {
			t.Errorf("%s: product without float64()", set.Position(p))
		}
	}
	require.Greater(t, products, 40, "the products were not found")
}

// TestFindProducts checks the check.
func TestFindProducts(t *testing.T) {
	for body, bare := range map[string]int{
		"return a*b + c":                      1,
		"return float64(a*b) + c":             0,
		"a *= b; return a":                    1,
		"return float64(a*b*c)":               1, // a*b is not directly inside
		"return (a*b)":                        1,
		"return float64((a*b) + c)":           1,
		"return float64(float64(a*b)*c) - *p": 0,
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "", "package p; func f() float64 {"+body+"}", 0)
		require.NoError(t, err)
		_, got := findProducts(file)
		require.Len(t, got, bare, body)
	}
}

// findProducts counts the products of a file and returns where those are that
// do not stand directly inside float64().
func findProducts(file *ast.File) (products int, bare []token.Pos) {
	rounded := map[ast.Expr]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.Ident); ok && f.Name == "float64" && len(n.Args) == 1 {
				rounded[n.Args[0]] = true
			}
		case *ast.BinaryExpr:
			if n.Op != token.MUL {
				break
			}
			products++
			if !rounded[n] {
				bare = append(bare, n.OpPos)
			}
		case *ast.AssignStmt:
			if n.Tok == token.MUL_ASSIGN {
				products++
				bare = append(bare, n.TokPos)
			}
		}
		return true
	})
	return products, bare
}
