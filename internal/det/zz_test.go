package det
import ("testing";"math";"fmt";"math/big")
func TestZZ(t *testing.T){
 bigRatio := func(f []float64, x float64) *big.Float {
		n, d := newBig(), newBig()
		for i := 7; i >= 0; i-- {
			n = add(mul(n, bigF(x)), bigF(f[i]))
			d = add(mul(d, bigF(x)), bigF(f[8+i]))
		}
		return quo(n, d)
	}
 for ri, region := range normRegions() {
  for _, a := range [][]float64{{1e-3,0.003,0.01,0.02,0.0586,0.2},{0.3,0.6,1,1.6,3,6},{0.5,1,2,5,10,20}}[ri] {
   warp = a
   f, err := interpolate(region.z, region.width); if err!=nil {t.Fatal(err)}
   worst := make([]float64, 10)
   for i := range 200 {
			x := region.width * math.Pow((float64(i)+0.5)/200, 2)
			want := region.z(bigF(x))
			e, _ := quo(sub(bigRatio(f, x), want), want).Float64()
			worst[i/20] = max(worst[i/20], math.Abs(e))
	}
   fmt.Printf("%s %v ", region.name, a); for _,w := range worst { fmt.Printf("%.1e ", w)}; fmt.Println()
  }
 }
}
