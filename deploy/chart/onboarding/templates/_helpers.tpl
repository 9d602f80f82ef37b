{{/* Image of a program: (list . "onboarding-operator") */}}
{{- define "onboarding.image" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $tag := $root.Values.tag | default $root.Chart.AppVersion -}}
{{- if $root.Values.hub }}{{ $root.Values.hub }}/{{ end }}{{ $name }}:{{ $tag }}
{{- end }}

{{/* A manifest that is shipped for kubectl, too, in the release's namespace: (list . "rbac/endpoint.yaml") */}}
{{- define "onboarding.manifest" -}}
{{- $root := index . 0 -}}
{{- $root.Files.Get (index . 1) | replace "namespace: istio-system" (printf "namespace: %s" $root.Release.Namespace) -}}
{{- end }}

{{/* What a container of the operator's image may do, and what its pod is. */}}
{{- define "onboarding.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1654
runAsGroup: 1654
seccompProfile:
  type: RuntimeDefault
{{- end }}
{{- define "onboarding.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop:
    - ALL
{{- end }}
