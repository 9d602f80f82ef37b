using System.Text;

namespace Onboarding.Api.Reading;

/// <summary>The two spellings proto JSON accepts: lowerCamel and the proto file's own snake_case.</summary>
internal static class FieldNames
{
    public static string ToSnakeCase(string camelCase)
    {
        StringBuilder snake = new(camelCase.Length + 4);
        foreach (char c in camelCase)
        {
            if (char.IsAsciiLetterUpper(c))
            {
                snake.Append('_');
            }

            snake.Append(char.ToLowerInvariant(c));
        }

        return snake.ToString();
    }
}
