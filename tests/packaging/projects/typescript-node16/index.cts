import { Sandbox, FileSizeError } from "simplesandbox-mock";
import { type SandboxOptions, type VolumeData } from "simplesandbox-mock/client";

export async function main(options: SandboxOptions): Promise<VolumeData[]> {
  const { volumes } = Sandbox(options);
  try {
    await volumes.files("v").write("/f", new Uint8Array(1));
  } catch (error) {
    if (error instanceof FileSizeError) {
      const size: number = error.size;
      console.log(size);
    }
  }
  return volumes.list();
}
