import { TransformersError } from "../errors.js";

/**
 * Loads a package that is installed by those who need it. Throws `PACKAGE_MISSING`, saying what to install, where it is
 * not there.
 */
export async function optionalPackage<T>(name: string, purpose: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new TransformersError(
      "PACKAGE_MISSING",
      `${purpose} takes the package ${name}, which could not be loaded: npm install ${name}`,
      { cause },
    );
  }
}
