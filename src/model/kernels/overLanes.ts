/**
 * WGSL of a function `name`(lane, own) that brings what the lanes of a workgroup hold together, by halves, and gives it to all.
 * @param lanes a power of two, the size of the workgroup.
 * @param combine of `a` and `b`, two values of `type`.
 */
export function overLanes(name: string, type: string, lanes: number, combine: string): string {
  return `
    var<workgroup> ${name}Parts : array<${type}, ${lanes}>;

    fn ${name}(lane : i32, own : ${type}) -> ${type} {
      ${name}Parts[lane] = own;
      workgroupBarrier();
      for (var half = ${lanes / 2}; half > 0; half = half >> 1) {
        if (lane < half) {
          let a = ${name}Parts[lane];
          let b = ${name}Parts[lane + half];
          ${name}Parts[lane] = ${combine};
        }
        workgroupBarrier();
      }
      let all = ${name}Parts[0];
      workgroupBarrier();
      return all;
    }
  `;
}
