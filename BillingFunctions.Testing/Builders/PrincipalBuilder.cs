using System.Text.Json;

namespace BillingFunctions.Testing.Builders;

/// <summary>Makes the headers by which App Service tells an app who has signed in.</summary>
internal static class PrincipalBuilder
{
    /// <param name="name">Who has signed in.</param>
    /// <param name="roles">The roles that the directory has given to that user.</param>
    public static IReadOnlyDictionary<string, string> Headers(string name, params string[] roles) => new Dictionary<string, string>
    {
        ["X-MS-CLIENT-PRINCIPAL-NAME"] = name,
        ["X-MS-CLIENT-PRINCIPAL"] = Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(new
        {
            auth_typ = "aad",
            claims = roles.Select(role => new { typ = "roles", val = role }),
            name_typ = "name",
            role_typ = "roles",
        })),
    };
}
