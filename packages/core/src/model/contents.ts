/**
 * What a value of a Secret or a ConfigMap is recognised to hold, by its form. The value itself is no part of it.
 *
 * What is not recognised is not there: a password alone looks like any other word.
 */
export type Content =
  /** A ServiceAccount's token, which names its account. */
  | { readonly kind: "token"; readonly namespace: string; readonly account: string }
  /**
   * A kubeconfig with a login in it: a token, a key or a password. `admin`: a key of the user kubeadm makes for administrators. `users`:
   * whom its client certificates name, where their keys are in it too. `servers`: the hosts it is for.
   */
  | {
      readonly kind: "kubeconfig";
      readonly admin: boolean;
      readonly users: readonly { readonly name: string; readonly groups: readonly string[] }[];
      readonly servers: readonly string[];
    }
  | { readonly kind: "private-key"; readonly format: "ssh" | "other" }
  /** An address with a user's password in it, other than of a page. */
  | { readonly kind: "login"; readonly host: string; readonly port?: number }
  /** The text of a NetworkPolicy, which is no policy there. */
  | { readonly kind: "policy" };

/** A content, and the key it stands under. */
export interface Holding {
  readonly key: string;
  readonly content: Content;
}
