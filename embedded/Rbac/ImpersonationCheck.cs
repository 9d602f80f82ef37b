using Microsoft.AspNetCore.Http;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Requests;

namespace Onboarding.Embedded.Rbac;

/// <summary>
/// Acting as someone else (<c>kubectl --as</c>), for who may. A header that isn't honoured must be refused, never ignored: the
/// answer would be given with rights the sender meant to put aside.
/// </summary>
internal sealed class ImpersonationCheck(RbacAuthorizer authorizer)
{
    private const string UserHeader = "Impersonate-User";
    private const string GroupHeader = "Impersonate-Group";
    private const string AccountPrefix = "system:serviceaccount:";

    /// <summary>Whom the request is from, in the end.</summary>
    /// <exception cref="ApiException">The sender may not act as that user or group.</exception>
    public UserInfo Apply(UserInfo sender, HttpRequest request)
    {
        string name = request.Headers[UserHeader].ToString();
        string?[] groups = [.. request.Headers[GroupHeader]];
        bool others = request.Headers.Keys.Any(k => k.StartsWith("Impersonate-", StringComparison.OrdinalIgnoreCase) &&
            !k.Equals(UserHeader, StringComparison.OrdinalIgnoreCase) && !k.Equals(GroupHeader, StringComparison.OrdinalIgnoreCase));
        if (name.Length == 0)
        {
            return groups.Length > 0 || others
                ? throw ApiErrors.BadRequest("requested headers impersonate without impersonating a user")
                : sender;
        }

        if (others)
        {
            throw ApiErrors.BadRequest("only users and groups can be impersonated here");
        }

        string[] parts = name.StartsWith(AccountPrefix, StringComparison.Ordinal) ? name[AccountPrefix.Length..].Split(':') : [];
        Require(sender, parts is [var space, var account]
            ? new AccessQuestion("impersonate") { Resource = "serviceaccounts", Namespace = space, Name = account }
            : new AccessQuestion("impersonate") { Resource = "users", Name = name });
        foreach (string? group in groups)
        {
            Require(sender, new AccessQuestion("impersonate") { Resource = "groups", Name = group ?? "" });
        }

        if (parts is [var accountSpace, var accountName] && groups.Length == 0)
        {
            return UserInfo.ServiceAccount(accountSpace, accountName, "");
        }

        return new UserInfo(name, "", [.. groups.OfType<string>().Append("system:authenticated").Distinct()]);
    }

    private void Require(UserInfo sender, AccessQuestion question)
    {
        if (!authorizer.IsAllowed(sender, question))
        {
            throw new ApiException(
                403, "Forbidden", $"{question.Resource} \"{question.Name}\" is forbidden: {question.Refusal(sender.Name)}", []);
        }
    }
}
