using System.Net.Http.Headers;
using System.Text;

namespace Stripe;

/// <summary>One call of the API. Retries send the same request, and so the same idempotency key.</summary>
public class StripeRequest
{
    private readonly BaseOptions? _options;

    /// <summary>Builds a request to the API base of <paramref name="client"/>.</summary>
    /// <exception cref="StripeException">Neither the client nor the request options have an API key.</exception>
    public StripeRequest(IStripeClient client, HttpMethod method, string path, BaseOptions? options, RequestOptions? requestOptions)
        : this(method, BuildUri(client.ApiBase, method, path, options), options, RequestOptions.Merge(requestOptions, client.ApiKey))
    {
    }

    internal StripeRequest(HttpMethod method, Uri uri, BaseOptions? options, RequestOptions requestOptions)
    {
        _options = options;
        Method = method;
        Uri = uri;
        AuthorizationHeader = new AuthenticationHeaderValue("Bearer", requestOptions.ApiKey ?? throw new StripeException(
            "No API key provided. Pass one to the StripeClient or in the RequestOptions."));
        StripeHeaders = BuildHeaders(method, requestOptions);
    }

    public HttpMethod Method { get; }

    public Uri Uri { get; }

    public AuthenticationHeaderValue AuthorizationHeader { get; }

    public IDictionary<string, string> StripeHeaders { get; }

    /// <summary>The form of a POST, a new one each time since sending it disposes it; null for other methods.</summary>
    public HttpContent? Content => Method == HttpMethod.Post
        ? new StringContent(FormEncoder.Encode(_options), Encoding.UTF8, "application/x-www-form-urlencoded")
        : null;

    public override string ToString() => $"<{GetType().FullName} Method={Method} Uri={Uri}>";

    internal static Uri BuildUri(string baseUrl, HttpMethod method, string path, BaseOptions? options)
    {
        var query = method == HttpMethod.Post ? "" : FormEncoder.Encode(options);
        return new Uri(baseUrl + path + (query.Length == 0 ? "" : "?" + query));
    }

    private static Dictionary<string, string> BuildHeaders(HttpMethod method, RequestOptions options)
    {
        var headers = new Dictionary<string, string> { ["Stripe-Version"] = StripeConfiguration.ApiVersion };
        Add("Stripe-Account", options.StripeAccount);
        Add("Stripe-Context", options.StripeContext);
        Add("Stripe-Request-Trigger", options.StripeRequestTrigger);
        Add("Idempotency-Key", options.IdempotencyKey);
        if (method == HttpMethod.Post)
        {
            // Makes the retries of one call safe; a repeated call needs a key of its own making
            headers.TryAdd("Idempotency-Key", Guid.NewGuid().ToString());
        }

        return headers;

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                headers.Add(name, value);
            }
        }
    }
}
